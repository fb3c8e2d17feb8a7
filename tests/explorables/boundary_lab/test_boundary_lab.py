"""Boundary lab: its mathematics against NumPy, its facts, its tasks."""

import numpy as np
import pytest

from course_utils.explorables import BoundaryLab, gallery
from course_utils.explorables.boundary_lab.figure import grid, network_output
from course_utils.explorables.maths.clouds import PLACES, points

PLAIN = "a => a.map((l) => ({ ...l, W: [...l.W], b: [...l.b] }))"


def as_numpy(layers):
    return [
        (
            np.array(layer["W"], dtype=float).reshape(layer["inputs"], layer["units"]),
            np.array(layer["b"], dtype=float),
            layer["activation"],
        )
        for layer in layers
    ]


@pytest.mark.parametrize("data", PLACES)
def test_points_are_the_same_in_python_and_in_the_browser(module, data):
    found = module("boundary_lab", "m.points(...a)", [data, 0.35, 3])
    x, labels = points(data, 0.35, 3)
    np.testing.assert_allclose([[p["x1"], p["x2"]] for p in found], x, atol=1e-12)
    assert [p["label"] for p in found] == labels.tolist()
    assert labels.mean() == 0.5


def numpy_training(layers, x, labels, learning_rate, steps):
    """Gradient descent on the mean binary cross-entropy, written for whole batches."""
    slopes = {"tanh": lambda y: 1 - y**2, "relu": lambda y: y > 0, "sigmoid": None}
    forward = {
        "tanh": np.tanh,
        "relu": lambda z: np.maximum(z, 0),
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    }
    layers = [(W.copy(), b.copy(), activation) for W, b, activation in layers]
    for _ in range(steps):
        outputs = [x]
        for W, b, activation in layers:
            outputs.append(forward[activation](outputs[-1] @ W + b))
        delta = (outputs[-1] - labels[:, None]) / len(x)
        for l in reversed(range(len(layers))):
            W, b, _ = layers[l]
            dW, db = outputs[l].T @ delta, delta.sum(axis=0)
            if l:
                delta = (delta @ W.T) * slopes[layers[l - 1][2]](outputs[l])
            W -= learning_rate * dW
            b -= learning_rate * db
    return layers


@pytest.mark.parametrize(
    "network", ["one neuron, trained", "one hidden layer", "two hidden layers"]
)
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_training_and_unit_maps_agree_with_numpy(module, network, activation):
    state = BoundaryLab(data="moons", network=network, activation=activation, units=5).state
    state |= {"steps": 120, "learning_rate": 0.5, "seed": 2}
    start, end, maps, verdict = module(
        "boundary_lab",
        f"""(() => {{
            const plain = {PLAIN};
            const layers = m.trained(a);
            const maps = m.unitMaps(layers).at(-1)[0];
            const verdict = m.judge(layers, m.points(a.data, a.noise, a.seed));
            return [plain(m.network(a)), plain(layers), [...maps], verdict];
        }})()""",
        state,
    )
    x, labels = points("moons", state["noise"], 2)
    expected = numpy_training(as_numpy(start), x, labels, 0.5, 120)
    for (W, b, _), (W_found, b_found, _) in zip(expected, as_numpy(end), strict=True):
        np.testing.assert_allclose(W_found, W, atol=1e-6)
        np.testing.assert_allclose(b_found, b, atol=1e-6)
    np.testing.assert_allclose(maps, network_output(expected, grid()), atol=1e-6)
    p = network_output(expected, x)
    assert verdict["accuracy"] == ((p > 0.5) == labels).mean()
    loss = -np.mean(np.where(labels == 1, np.log(p), np.log(1 - p)))
    assert verdict["loss"] == pytest.approx(loss, abs=1e-6)


def test_going_back_gives_what_going_on_gave(module):
    state = BoundaryLab(data="ring", network="one hidden layer", units=3).state
    runs = module(
        "boundary_lab",
        "a.map((steps) => [...m.trained(Object.assign({}, " + repr(state) + ", { steps }))[0].W])",
        [60, 130, 600, 130, 60, 0],
    )
    assert runs[0] == runs[4]
    assert runs[1] == runs[3]
    assert runs[0] != runs[1]


ACCURACY = "a.map((s) => m.judge(m.trained(s), m.points(s.data, s.noise, s.seed)).accuracy)"


def accuracies(module, **settings):
    states = [BoundaryLab(data="xor", steps=600, seed=s, **settings).state for s in range(10)]
    return module("boundary_lab", ACCURACY, states)


def test_no_hidden_layer_stays_near_one_half_on_xor(module):
    found = accuracies(module, network="one neuron, trained")
    assert all(0.4 <= accuracy <= 0.6 for accuracy in found)


def test_four_tanh_units_pass_95_percent_on_xor(module):
    found = accuracies(module, network="one hidden layer", units=4, activation="tanh")
    assert all(accuracy >= 0.95 for accuracy in found)


def test_three_quarters_is_the_best_share_of_one_line_on_xor():
    """What is claimed about xor, over every stop of the sliders on a coarse lattice."""
    x, labels = points("xor", 0.2, 0)
    steps = np.arange(-5, 5.1, 0.5)
    w = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3)
    right = ((x @ w[:, :2].T + w[:, 2] > 0) == labels[:, None]).mean(axis=0)
    assert right.max() == pytest.approx(0.75, abs=0.02)


def marks(page):
    return page.locator(".xp-mark").all_text_contents()


def test_the_tasks_of_one_line_check_themselves(show):
    page, errors = show(BoundaryLab(place="one line"))
    for values, done in [
        ((0.5, -3, 0), [False, True, False]),
        ((2, 2, 0.1), [True, True, False]),
        ((-2, -2, 0), [True, True, True]),
    ]:
        for name, value in zip(("w1", "w2", "b"), values, strict=True):
            page.locator(f"input[name={name}]").fill(str(value))
        assert marks(page) == ["done" if each else "open" for each in done]
    page.get_by_role("button", name="Reset").click()
    assert marks(page) == ["done"] * 3, "Reset keeps what is done"
    assert errors == []


@pytest.mark.parametrize("typed", ["75", "75 %", "75%", "0.75", "0,75", "3/4", "12/16"])
def test_a_share_counts_however_it_is_written(typed, show):
    page, _ = show(BoundaryLab(data="xor", noise=0.25))
    answer = page.get_by_label("Your answer to task 1")
    for wrong in ("50", "0.5", "7.5", "1", "0.75 %", "7500", "many"):
        answer.fill(wrong)
        answer.press("Enter")
        assert marks(page)[0] == "open", wrong
    answer.fill(typed)
    answer.press("Enter")
    assert marks(page) == ["done", "open", "open"]


def test_the_tasks_of_four_heaps_can_be_done(show):
    page, _ = show(BoundaryLab(data="xor", noise=0.25))
    page.locator("select[name=network]").select_option("one hidden layer")
    for sample in range(4):
        page.locator("input[name=seed]").fill(str(sample))
        page.locator("input[name=steps]").fill("600")
    assert marks(page)[1] == "done"
    page.locator("input[name=units]").fill("4")
    page.locator("input[name=steps]").fill("600")
    assert marks(page)[2] == "done"


def test_it_asks_about_four_heaps_only_where_there_are_four():
    assert "Four heaps" in BoundaryLab(data="xor").spec()["question"]["text"]
    assert "bias" in BoundaryLab().spec()["question"]["text"]


def test_a_larger_bias_moves_the_line_against_w(module):
    """What the question on all other data asks."""
    feet = [module("boundary_lab", f"m.handlePoints({{ w1: 2, w2: -1, b: {b} }})") for b in (0, 3)]
    old, new = (np.array([f["foot"]["x"], f["foot"]["y"]]) for f in feet)
    assert (new - old) @ [2, -1] < 0


def test_the_boundary_lies_where_the_output_is_one_half(module):
    neuron = {"w1": 1.5, "w2": -0.7, "b": 0.4}
    pieces = module("boundary_lab", "m.crossings(m.unitMaps(m.oneNeuron(a))[0][0], 0.5)", neuron)
    x = np.array(pieces).reshape(-1, 2)
    assert len(x) > 50
    assert np.abs(x @ [1.5, -0.7] + 0.4).max() < 5e-3
    assert np.ptp(x[:, 1]) == pytest.approx(6, abs=0.01)


def test_the_handle_lies_on_the_line_and_the_arrow_is_normal_to_it(module):
    found = module("boundary_lab", "m.handlePoints({ w1: 2, w2: -1, b: 3 })")
    foot = np.array([found["foot"]["x"], found["foot"]["y"]])
    tip = np.array([found["tip"]["x"], found["tip"]["y"]])
    assert foot @ [2, -1] + 3 == pytest.approx(0)
    np.testing.assert_allclose(tip - foot, 0.5 * np.array([2, -1]))
    np.testing.assert_allclose(foot / np.linalg.norm(foot), -np.array([2, -1]) / np.sqrt(5))


def window_point(page, x, y):
    box = page.locator(".xp svg[role=img]").bounding_box()
    scale = box["width"] / 640
    return (
        box["x"] + (284 + (x + 3) / 6 * 346) * scale,
        box["y"] + (14 + (3 - y) / 6 * 346) * scale,
    )


def test_dragging_handle_and_arrow_sets_bias_and_weights(open_page):
    page = open_page("boundary_lab")

    def drag(start, end):
        page.mouse.move(*window_point(page, *start))
        page.mouse.down()
        page.mouse.move(*window_point(page, *end), steps=4)
        page.mouse.up()
        return [float(page.locator(f"input[name={n}]").input_value()) for n in ("w1", "w2", "b")]

    foot = np.array([-2 * 1.5, 0.5 * 1.5]) / 4.25
    w1, w2, b = drag(foot, (0, 0))
    assert (w1, w2) == (2, -0.5)
    assert b == pytest.approx(0, abs=0.11)
    w1, w2, b = drag((1, -0.25), (0.5, 1))
    assert [w1, w2] == [pytest.approx(1, abs=0.11), pytest.approx(2, abs=0.11)]
    assert drag((-2.5, -2.5), (2, 2)) == [w1, w2, b]  # away from both nothing is held


def test_the_learners_layers_draw_the_boundary_that_numpy_computes(browser, tmp_path):
    step_xor = [
        (np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([1.0, -1.0]), "step"),
        (np.array([[1.0], [-1.0]]), np.array([-0.5]), "step"),
    ]
    lab = BoundaryLab(layers=step_xor, data="xor", noise=0.2)
    path = tmp_path / "mine.html"
    path.write_text(gallery.page(lab))
    page = browser.new_page()
    page.goto(path.as_uri())
    x, labels = points("xor", 0.2, 0)
    right = int(((network_output(step_xor, x) > 0.5) == labels).sum())
    assert page.locator(".xp-results").text_content().startswith(f"{right} of 80 points")
    assert page.locator("select[name=network]").input_value() == "your layers"
    assert page.locator(".xp-picture svg rect.xp-frame").count() == 3  # two hidden units, the plane
    page.close()


def test_a_network_that_is_right_on_bits_is_right_on_all_points_around_them():
    x, labels = points("xor of bits", 0.35, 0)
    hat = np.abs(x.sum(axis=1) - 1) < 0.5  # yes where about one of the two bits is 1
    assert (hat == labels).all()
    assert "Four heaps" in BoundaryLab(data="xor of bits").question.text


def test_the_tasks_check_themselves(open_page):
    page = open_page("boundary_lab")
    marks = page.locator(".xp-mark")
    for name, value in (("w1", "2"), ("w2", "2"), ("b", "0")):
        page.locator(f"input[name={name}]").fill(value)
    assert marks.all_text_contents() == ["done", "open", "open"]
    answer = page.get_by_label("Your answer to task 2")
    for wrong, words in [("50 %", "one corner more"), ("1", "ringed points")]:
        answer.fill(wrong)
        answer.press("Enter")
        assert words in page.locator(".xp-tasks li").nth(1).text_content()
    answer.fill("75 %")
    answer.press("Enter")
    page.locator("select[name=data]").select_option("xor")
    page.locator("select[name=network]").select_option("one hidden layer")
    page.locator("input[name=units]").fill("4")
    assert "Untrained" in page.locator(".xp-results").text_content()
    page.locator("input[name=steps]").fill("600")
    assert marks.all_text_contents() == ["done"] * 3
    page.locator("input[name=units]").fill("5")  # another network starts untrained
    assert page.locator("input[name=steps]").input_value() == "0"
