"""Network X-ray: its mathematics against NumPy, its facts, its tasks, the learner's code."""

import numpy as np
import pytest

from course_utils.explorables import NetworkXray, gallery
from course_utils.explorables.network_xray.figure import (
    POINTS,
    digits,
    forward_pass,
    mlp_forward,
    rounded_layers,
)

PASS = """(() => {
    const layers = m.roundedLayers(a.sizes, a.activation, a.seed);
    const x = { rows: a.x.length, columns: a.x[0].length, array: Float64Array.from(a.x.flat()) };
    return {
        layers: layers.map((l) => [l.W, l.b, l.activation]),
        arrays: m.forwardPass(x, layers).map((y) => [[y.rows, y.columns], [...y.array]]),
    };
})()"""


def in_the_browser(module, sizes, activation, seed, x):
    """(layers, arrays) as the figure draws them."""
    asked = {"sizes": sizes, "activation": activation, "seed": seed, "x": x.tolist()}
    found = module("network_xray", PASS, asked)
    arrays = [np.array(numbers).reshape(shape) for shape, numbers in found["arrays"]]
    return found["layers"], arrays


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "linear"])
@pytest.mark.parametrize(("inputs", "outputs"), [(2, 2), (64, 10)])
def test_weights_and_every_array_agree_with_numpy(module, activation, inputs, outputs):
    x = POINTS if inputs == 2 else digits()[0]
    sizes = [inputs, 5, 3, outputs]
    layers, arrays = in_the_browser(module, sizes, activation, 7, x)
    expected = rounded_layers(sizes, activation, 7)
    for (W, b, _), (W_found, b_found, _) in zip(expected, layers, strict=True):
        np.testing.assert_allclose(np.reshape(W_found, W.shape), W, atol=1e-12)
        np.testing.assert_allclose(b_found, b, atol=1e-12)
    for found, array in zip(arrays, forward_pass(mlp_forward, x, expected), strict=True):
        np.testing.assert_allclose(found, array, atol=1e-6)


def test_weights_have_few_decimals_and_the_spread_of_he(module):
    for sizes, decimals in (([2, 6, 6, 2], 1), ([64, 6, 6, 10], 2)):
        first = np.concatenate([rounded_layers(sizes, "relu", s)[0][0].ravel() for s in range(40)])
        np.testing.assert_allclose(first, np.round(first, decimals), atol=1e-12)
        assert first.std() == pytest.approx(np.sqrt(2 / sizes[0]), rel=0.1)


@pytest.mark.parametrize("batch", [1, 2, 5])
def test_shapes_are_batch_by_units_all_the_way(module, batch):
    _, arrays = in_the_browser(module, [2, 4, 3, 2], "relu", 0, POINTS[:batch])
    assert [a.shape for a in arrays] == [(batch, n) for n in (2, 4, 4, 3, 3, 2, 2)]


def test_no_example_sees_another(module):
    _, together = in_the_browser(module, [2, 4, 3, 2], "tanh", 3, POINTS)
    for i in range(len(POINTS)):
        _, alone = in_the_browser(module, [2, 4, 3, 2], "tanh", 3, POINTS[i : i + 1])
        for one, all_ in zip(alone, together, strict=True):
            np.testing.assert_array_equal(one[0], all_[i])


def test_without_an_activation_three_layers_are_one(module):
    layers, arrays = in_the_browser(module, [2, 6, 5, 2], "linear", 1, POINTS)
    (W1, b1), (W2, b2), (W3, b3) = [
        (np.reshape(W, (-1, len(b))), np.array(b)) for W, b, _ in layers
    ]
    one = POINTS @ (W1 @ W2 @ W3) + (b1 @ W2 + b2) @ W3 + b3
    np.testing.assert_allclose(arrays[-2], one, atol=1e-9)


def test_the_rows_of_softmax_sum_to_one_and_relu_leaves_nothing_below_zero(module):
    _, arrays = in_the_browser(module, [64, 6, 6, 10], "relu", 2, digits()[0])
    np.testing.assert_allclose(arrays[-1].sum(axis=1), 1, atol=1e-12)
    assert arrays[1].min() < 0
    assert arrays[2].min() == 0


def shapes_shown(page):
    return page.locator(".xp svg text").evaluate_all(
        "es => es.map((e) => e.textContent).filter((t) => /^\\([0-9?]+, [0-9?]+\\)$/.test(t))"
    )


def test_a_shape_is_told_only_when_its_step_is_reached(open_page):
    page = open_page("network_xray")
    step = page.locator("input[name=stage]")
    told = ["(5, 2)", *["(5, 4)"] * 2, *["(5, 3)"] * 2, *["(5, 2)"] * 2]
    for stage in range(7):
        assert shapes_shown(page) == told[: stage + 1] + ["(?, ?)"] * (6 - stage)
        assert f"has the shape {told[stage]}" in page.locator(".xp-results").text_content()
        step.press("ArrowRight")


def test_the_words_write_out_the_sum_behind_one_number(open_page):
    page = open_page("network_xray")
    for name, value in (("stage", "1"), ("example", "2"), ("unit", "1")):
        page.locator(f"input[name={name}]").fill(value)
    (W, b, _), *_ = rounded_layers((2, 4, 3, 2), "relu", 0)
    z = POINTS[2] @ W[:, 1] + b[1]
    words = page.locator(".xp-results").text_content().replace("−", "-")
    assert words.endswith(f"1 · {W[0, 1]:g} + 0 · ({W[1, 1]:g}) + ({b[1]:g}) = {z:.3g}.")


def test_rows_and_columns_that_are_gone_are_not_looked_at(open_page):
    page = open_page("network_xray")
    for name, value in (("stage", "1"), ("example", "4"), ("unit", "3")):
        page.locator(f"input[name={name}]").fill(value)
    page.locator("input[name=batch]").fill("2")
    page.locator("input[name=units_1]").fill("2")
    assert page.locator("input[name=example]").input_value() == "1"
    assert page.locator("input[name=unit]").input_value() == "1"
    assert "z₁[1, 1]" in page.locator(".xp-results").text_content()


def test_a_click_goes_to_an_array_or_looks_at_a_number(open_page):
    page = open_page("network_xray")
    box = page.locator(".xp svg[role=img]").bounding_box()
    scale = box["width"] / 640
    click = lambda x, y: page.mouse.click(box["x"] + x * scale, box["y"] + y * scale)  # noqa: E731
    setting = lambda name: page.locator(f"input[name={name}]").input_value()  # noqa: E731
    click(4 + 1.5 * 632 / 7, 40)
    assert setting("stage") == "1"
    click(240 + 2.5 * 40, 326 + 3.5 * 20)  # z₁
    assert (setting("example"), setting("unit")) == ("3", "2")
    click(226 - 20, 326 + 10)  # x
    click(240 + 10, 282 - 10)  # W₁
    assert (setting("example"), setting("unit")) == ("0", "0")
    click(600, 300)
    assert (setting("stage"), setting("example"), setting("unit")) == ("1", "0", "0")


def test_the_learners_layers_are_shown_with_the_right_numbers(browser, tmp_path):
    xor = [([[1, 1], [1, 1]], [0, -1], "relu"), ([[1], [-2]], 0, None)]
    path = tmp_path / "mine.html"
    path.write_text(gallery.page(NetworkXray(layers=xor, stage=4)))
    page = browser.new_page()
    page.goto(path.as_uri())
    answers = []
    for i in range(4):
        page.locator("input[name=example]").fill(str(i))
        answers.append(page.locator(".xp-results").text_content()[-2])
    assert answers == ["0", "1", "1", "0"]
    assert page.locator("input[name=stage]").get_attribute("max") == "4"
    assert page.locator("select").count() == 0
    page.close()


@pytest.mark.parametrize(
    ("forward", "words"),
    [
        (mlp_forward, "Your function agrees in every array."),
        (lambda x, layers: layers_without_bias(x, layers), "first differs from the right"),
    ],
)
def test_the_learners_numbers_are_shown_and_the_wrong_ones_ringed(
    browser, tmp_path, forward, words
):
    xray = NetworkXray(forward=forward, stage=6)
    numbers = xray.values(xray.state).tolist()
    answering = f"""
        const answers = [];
        model.on = (name, f) => {{ if (name === "msg:custom") answers.push(f); }};
        const bytes = new DataView(Float32Array.from({numbers}).buffer);
        model.send = ({{ id }}) => setTimeout(() => answers[0]({{ id, shape: [1] }}, [bytes]));
        figure.render("""
    path = tmp_path / "yours.html"
    path.write_text(gallery.page(xray).replace("figure.render(", answering))
    page = browser.new_page()
    page.goto(path.as_uri())
    page.locator(".xp-results", has_text=words).wait_for()
    right = forward_pass(mlp_forward, *xray.network(xray.state))
    wrong = sum(
        (np.abs(a - b) > 1e-4 * (1 + np.abs(b))).sum()
        for a, b in zip(
            forward_pass(forward, *xray.network(xray.state))[5:], right[5:], strict=True
        )
    )
    assert (wrong > 0) == (forward is not mlp_forward)
    in_detail = page.locator(".xp-wrong[width]").evaluate_all(
        "rings => rings.filter((r) => r.y.baseVal.value > 120).length"
    )
    assert in_detail == wrong
    assert ("Your function gives" in page.locator(".xp-results").text_content()) == (wrong > 0)
    page.close()


def layers_without_bias(x, layers):
    for W, _, activation in layers:
        x = activation(x @ W)
    return x


def test_a_wrong_shape_is_named_with_its_array():
    xray = NetworkXray(forward=lambda x, layers: x @ layers[0][0])
    with pytest.raises(ValueError, match=r"for z₂ it returned shape \(5, 4\); expected \(5, 3\)"):
        xray.values(xray.state)


def test_the_learners_function_cannot_change_the_network():
    def spoiling(x, layers):
        y = mlp_forward(x, layers)
        x *= 0
        for W, b, _ in layers:
            W *= 0
            b += 1
        return y

    xray = NetworkXray(forward=spoiling, layers=[(np.eye(2), np.ones(2), "relu")])
    expected = forward_pass(mlp_forward, *xray.network(xray.state))
    np.testing.assert_array_equal(
        xray.values(xray.state), np.concatenate([a.ravel() for a in expected])
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"layers": [(np.ones((2, 3)), np.zeros(2), "relu")]}, r"layers\[0\].*\(2, 3\) and \(2,\)"),
        ({"layers": [(np.ones((2, 3)), np.zeros(3), "relu")] * 2}, r"layers\[1\].*\(3, units\)"),
        ({"layers": [(np.ones((2, 3)), np.zeros(3), "swoosh")]}, "an activation out of.*'swoosh'"),
        ({"layers": []}, "1 to 5 layers, got 0"),
        ({"layers": [(np.ones((7, 3)), np.zeros(3), "relu")]}, r"shape \(n, 7\).*got no x"),
        (
            {"layers": [(np.eye(2), np.zeros(2), "relu")], "x": np.ones((4, 3))},
            r"shape \(n, 2\).*got \(4, 3\)",
        ),
    ],
)
def test_layers_that_do_not_fit_are_refused_with_their_shapes(arguments, words):
    with pytest.raises(ValueError, match=words):
        NetworkXray(**arguments)


def test_x_without_layers_is_refused():
    with pytest.raises(TypeError, match="pass the layers"):
        NetworkXray(x=np.ones((2, 2)))


def test_the_tasks_check_themselves(open_page):
    page = open_page("network_xray")
    marks = page.locator(".xp-mark")
    page.locator("input[name=units_1]").fill("6")
    assert marks.all_text_contents() == ["done", "open", "open"]
    answer = page.get_by_label("Your answer to task 2")
    parameters = 64 * 6 + 6 + 6 * 4 + 4 + 4 * 10 + 10
    wrongs = [
        (str(parameters - 20), "Every unit has a bias"),
        (str(parameters - 50), "The output layer"),
        ("5000", "inputs × units"),
    ]
    for wrong, words in wrongs:
        answer.fill(wrong)
        answer.press("Enter")
        assert words in page.locator(".xp-tasks li").nth(1).text_content()
    answer.fill(str(parameters))
    answer.press("Enter")
    (W, b, _), *_ = rounded_layers((2, 6, 3, 2), "relu", 0)
    z = POINTS[0] @ W + b
    page.locator("input[name=stage]").fill("1")
    page.locator("input[name=unit]").fill(str(np.argmax(z)))
    page.locator("input[name=stage]").fill("2")
    assert z.max() > 0 > z.min()
    assert marks.all_text_contents() == ["done", "done", "open"]
    page.locator("input[name=unit]").fill(str(np.argmin(z)))
    assert marks.all_text_contents() == ["done"] * 3
