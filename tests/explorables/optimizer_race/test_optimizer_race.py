"""Optimizer race: its paths against course_utils.nn, its facts, its tasks, the learner's Adam."""

import numpy as np
import pytest

from course_utils.explorables import OptimizerRace, gallery
from course_utils.explorables.optimizer_race.figure import (
    LENGTH,
    OPTIMIZERS,
    STARTS,
    chosen_rate,
    loss_at,
    own_path,
    race,
)


def adam_step(param, grad, m, v, t, learning_rate, beta1, beta2, epsilon):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return param - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


def uncorrected_step(param, grad, m, v, t, learning_rate, beta1, beta2, epsilon):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return param - learning_rate * m / (np.sqrt(v) + epsilon), m, v


def in_the_browser(module, name, state, log_rate):
    """{"path": (steps + 1, 2), "losses": (101,)} of one optimizer."""
    found = module("optimizer_race", "m.race(a[0], a[1], 10 ** a[2])", [name, state, log_rate])
    return {key: np.array(values, dtype=float) for key, values in found.items()}


def end(module, name, state, log_rate):
    return in_the_browser(module, name, state, log_rate)["losses"][-1]


@pytest.mark.parametrize("landscape", STARTS)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_paths_are_those_of_the_optimizers_of_the_library(module, landscape, name):
    for turn, log_scale, log_rate, seed in [(0, 0, -1.8, 0), (35, 0.5, -2.3, 4), (45, -1, -2, 9)]:
        state = OptimizerRace(landscape=landscape, turn=turn, log_scale=log_scale, seed=seed).state
        found = in_the_browser(module, name, state, log_rate)
        path = race(name, state, 10.0**log_rate)
        np.testing.assert_allclose(found["path"], path, rtol=1e-6, atol=1e-6)
        losses = [loss_at(state, w) for w in path]
        np.testing.assert_allclose(found["losses"][: len(path)], losses, rtol=1e-6, atol=1e-6)


def test_whoever_runs_off_ends_with_an_infinite_loss(module):
    state = OptimizerRace().state
    assert end(module, "SGD", state, -1) == np.inf
    assert len(race("SGD", state, 0.1)) < LENGTH


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_turning_the_ravine_changes_only_those_that_scale_each_weight_by_itself(module, name):
    straight, askew = (end(module, name, OptimizerRace(turn=turn).state, -1.8) for turn in (0, 45))
    if name in ("SGD", "momentum", "Nesterov"):
        assert askew == pytest.approx(straight, rel=1e-6)
    else:
        assert not 0.8 < askew / straight < 1.25


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_factor_on_the_loss_changes_only_those_that_do_not_divide_by_the_gradient(module, name):
    once, hundred = (
        in_the_browser(module, name, OptimizerRace(log_scale=k).state, -2) for k in (0, 2)
    )
    if name in ("SGD", "momentum", "Nesterov"):
        assert hundred["losses"][-1] == np.inf
        assert once["losses"][-1] < 5
    else:
        np.testing.assert_allclose(hundred["path"], once["path"], atol=1e-3)


def test_weight_decay_stops_adamw_on_the_way_to_the_lowest_place(module):
    state = OptimizerRace().state
    adam, adamw = (end(module, name, state, -1) for name in ("Adam", "AdamW"))
    assert adamw > 2 * adam


def test_with_its_best_rate_each_nesterov_wins_the_ravine_that_lies_askew(module):
    """What the opening question asks."""
    state = OptimizerRace(turn=45).state
    ends = {
        name: end(
            module, name, state, module("optimizer_race", "m.bestLogRate(...a)", [name, state])
        )
        for name in OPTIMIZERS
    }
    assert min(ends, key=ends.get) == "Nesterov"
    assert ends["Adam"] > 10 * ends["Nesterov"]
    assert ends["SGD"] > ends["Adam"]


@pytest.mark.parametrize("landscape", STARTS)
def test_the_best_rate_is_best_among_all_that_are_tried(module, landscape):
    state = OptimizerRace(landscape=landscape, turn=20, seed=2).state
    found = module("optimizer_race", "m.bestLogRate(...a)", ["momentum", state])
    assert 10**found == pytest.approx(chosen_rate("momentum", state | {"tuned": True}))


def test_the_still_picture_of_a_tuned_race_says_so_and_ranks_with_the_best_rates():
    figure = OptimizerRace(turn=45, tuned=True, steps=LENGTH)
    _, alt = figure.still(figure.state)
    assert "each with its best learning rate" in alt
    assert "from the lowest loss: Nesterov 7.5e-07, momentum" in alt


def test_best_rates_are_found_within_a_frame(module):
    """The best of eight, because other programs run here, too."""
    times = module(
        "optimizer_race",
        """Array.from({ length: 8 }, () => {
            const start = performance.now();
            for (const name of a[0]) m.bestLogRate(name, a[1]);
            return performance.now() - start;
        })""",
        [list(OPTIMIZERS), OptimizerRace(turn=45).state],
    )
    assert min(times) < 16


def test_a_right_adam_takes_the_path_of_adam_and_one_without_correction_leaves_at_once(module):
    state = OptimizerRace(turn=30).state
    theirs = race("Adam", state, 0.05)
    compare = "m.parting(a[0], a[1])"
    for step, first in [(adam_step, -1), (uncorrected_step, 1)]:
        path = own_path(step, state, 0.05)
        found = module("optimizer_race", compare, [theirs.tolist(), path.tolist()])
        assert found["step"] == first
    assert found["most"] == pytest.approx(np.linalg.norm(theirs - path, axis=1).max())


def test_the_learners_adam_travels_as_its_places():
    sent = []
    figure = OptimizerRace(adam_step=adam_step)
    figure.widget.send = lambda message, buffers=None: sent.append((message, buffers))
    asked = OptimizerRace(landscape="noisy bowl").state | {"rate": 0.1}
    figure.widget.answer(figure.widget, {"id": 1, "asked": asked}, [])
    message, buffers = sent[0]
    assert message == {"id": 1, "shape": [LENGTH + 1, 2]}
    path = np.frombuffer(buffers[0], "<f4").reshape(-1, 2)
    np.testing.assert_allclose(path, race("Adam", asked, 0.1), atol=1e-4)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (lambda param, *_: param, r"expected it to return \(param, m, v\)"),
        (lambda param, *_: (param, 0, 0), r"of shape \(2,\).*got \(2,\), \(\) and \(\)"),
    ],
)
def test_an_adam_that_returns_something_else_is_told_what_was_expected(broken, words):
    with pytest.raises(ValueError, match=words):
        own_path(broken, OptimizerRace().state, 0.1)


def test_an_adam_that_changes_its_arguments_does_not_disturb_the_race():
    def in_place(param, grad, m, v, t, learning_rate, beta1, beta2, epsilon):
        new, m[:], v[:] = adam_step(param, grad, m, v, t, learning_rate, beta1, beta2, epsilon)
        param[:] = new
        return param, m, v

    state = OptimizerRace().state
    np.testing.assert_allclose(own_path(in_place, state, 0.1), own_path(adam_step, state, 0.1))


def test_the_learners_path_is_drawn_and_told(browser, tmp_path):
    """The figure with a model that answers, as a notebook's kernel would, with one place only."""
    figure = OptimizerRace()
    figure.asks_python = True
    answering = """
        const answers = [];
        model.on = (name, f) => { if (name === "msg:custom") answers.push(f); };
        model.send = ({ id }) => setTimeout(() => answers[0](
            { id, shape: [101, 2] }, [new DataView(new Float32Array(202).fill(1).buffer)]));
        figure.render("""
    path = tmp_path / "yours.html"
    path.write_text(gallery.page(figure).replace("figure.render(", answering))
    page = browser.new_page()
    page.goto(path.as_uri())
    page.locator(".xp-results", has_text="Your Adam leaves Adam's path in step 0").wait_for()
    assert page.locator("path.xp-racer.xp-racer-6").count() == 3  # path, loss, table
    page.close()


def test_the_tasks_check_themselves(open_page):
    page = open_page("optimizer_race")
    marks = page.locator(".xp-mark")
    choose = lambda name, option: page.locator(f"select[name={name}]").select_option(option)  # noqa: E731
    fill = lambda name, value: page.locator(f"input[name={name}]").fill(value)  # noqa: E731
    choose("landscape", "noisy bowl")
    choose("bet", "Adam")
    assert page.locator("input[name=steps]").input_value() == "0"  # a bet is made before the race
    fill("steps", "100")
    assert marks.all_text_contents() == ["open"] * 3
    leader = page.locator(".xp-results").text_content().split(": ")[1].split(" leads")[0]
    choose("bet", leader)
    fill("steps", "100")
    assert marks.all_text_contents() == ["done", "open", "open"]
    assert f"Your bet, {leader}, is first." in page.locator(".xp-results").text_content()

    answer = page.get_by_label("Your answer to task 2")
    for wrong, words in [("0", "By what factor, then?"), ("2", "at 0 and at 45 degrees")]:
        answer.fill(wrong)
        answer.press("Enter")
        assert words in page.locator(".xp-tasks li").nth(1).text_content()
    answer.fill("1")
    answer.press("Enter")
    assert marks.all_text_contents() == ["done", "done", "open"]

    choose("landscape", "saddle")
    fill("log_rate", "-2.4")
    assert marks.nth(2).text_content() == "open"  # both still hang there
    fill("start_v", "0")
    fill("log_rate", "-1.8")
    assert marks.nth(2).text_content() == "open"  # on the ridge itself nobody moves aside
    fill("start_v", "0.05")
    assert marks.all_text_contents() == ["done"] * 3


def test_dragging_the_start_in_a_turned_ravine_puts_it_under_the_pointer(open_page):
    page = open_page("optimizer_race")
    page.locator("input[name=turn]").fill("45")
    box = page.locator(".xp svg[role=img]").bounding_box()
    scale = box["width"] / 640
    at = lambda x, y: (  # noqa: E731  data coordinates to the window's
        box["x"] + (52 + (x + 3.2) / 8 * 340) * scale,
        box["y"] + (30 + (3.4 - y) / 6 * 255) * scale,
    )
    page.mouse.move(*at(0, 0))
    page.mouse.down()
    page.mouse.move(*at(-0.5, -0.9), steps=3)
    page.mouse.up()
    u, v = np.array([[1, 1], [-1, 1]]) / np.sqrt(2) @ (np.array([-0.5, -0.9]) - [0.8, 0.4])
    for name, expected in (("start_u", u), ("start_v", v)):
        slider = page.locator(f"input[name={name}]")
        assert float(slider.input_value()) == pytest.approx(expected, abs=0.06)
