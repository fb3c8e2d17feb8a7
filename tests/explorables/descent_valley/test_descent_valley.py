"""Descent valley: its mathematics against NumPy, its facts, its tasks."""

import numpy as np
import pytest

from course_utils.explorables import DescentValley
from course_utils.explorables.descent_valley.figure import descend, growth, verdict


@pytest.fixture(scope="module")
def states():
    rng = np.random.default_rng(0)
    return [
        DescentValley(
            learning_rate=rng.uniform(0.01, 1.2),
            momentum=rng.choice([0, rng.uniform(0, 0.98)]),
            curvature=rng.integers(2, 21),
            steps=rng.integers(0, 61),
            start_x=rng.uniform(-5, 5),
            start_y=rng.uniform(-3, 3),
        ).state
        for _ in range(200)
    ]


def test_paths_agree_with_numpy(module, states):
    paths = module("descent_valley", "a.map(m.descend)", states)
    for state, path in zip(states, paths, strict=True):
        for name, expected in zip(("xs", "ys", "losses"), descend(state), strict=True):
            np.testing.assert_allclose(np.array(path[name], float), expected, rtol=1e-6, atol=1e-6)


def test_growth_agrees_with_the_eigenvalues_of_one_step(module):
    rng = np.random.default_rng(1)
    cases = [[rng.uniform(0, 1.2), rng.uniform(0, 0.98), rng.uniform(1, 20)] for _ in range(200)]
    rates = module("descent_valley", "a.map((c) => m.growth(...c))", cases)
    for (rate, momentum, curvature), found in zip(cases, rates, strict=True):
        step = [[1 - rate * curvature, momentum], [-rate * curvature, momentum]]
        assert found == pytest.approx(np.abs(np.linalg.eigvals(step)).max(), abs=1e-6)
        assert growth(rate, momentum, curvature) == pytest.approx(found, abs=1e-6)


@pytest.mark.parametrize("curvature", [2, 4, 7, 20])
@pytest.mark.parametrize("momentum", [0, 0.5, 0.9])
def test_two_over_lambda_flips_the_verdict(module, curvature, momentum):
    limit = 2 * (1 + momentum) / curvature
    states = [
        {"learning_rate": limit * part, "momentum": momentum, "curvature": curvature}
        for part in (0.999, 1, 1.001)
    ]
    expected = ["comes down", "stays on the edge", "runs away"]
    assert module("descent_valley", "a.map(m.verdict)", states) == expected
    assert [verdict(state) for state in states] == expected
    assert module("descent_valley", f"m.stabilityLimit({momentum}, {curvature})") == limit


def test_without_momentum_no_rate_brings_curvature_20_below_a_millionth_in_40_steps(module):
    """What task 3 claims, at every stop of the sliders and every start it allows on a lattice."""
    for x in (-5, -4, -1, 1, 3):
        for y in (-3, -1, 0.8, 2):
            start = DescentValley(curvature=20, steps=40, start_x=x, start_y=y).state
            states = [start | {"learning_rate": k / 100} for k in range(1, 121)]
            losses = [descend(state)[2] for state in states]
            if losses[0][0] > 5:
                assert min(loss[-1] for loss in losses) > 1e-6


def test_the_page_turns_from_coming_down_to_running_away(open_page):
    page = open_page("descent_valley")
    rate = page.locator("input[name=learning_rate]")
    rate.fill("0.49")
    assert "The loss comes down." in page.locator(".xp-results").text_content()
    rate.press("ArrowRight")
    assert "The loss stays on the edge." in page.locator(".xp-results").text_content()
    rate.press("ArrowRight")
    assert "The loss runs away." in page.locator(".xp-results").text_content()


def test_a_path_that_runs_away_draws_no_end_in_the_valley_and_one_on_the_rim_of_the_loss(open_page):
    page = open_page("descent_valley")  # it fails where the console hears of a broken number
    for name, value in (("learning_rate", "1.2"), ("momentum", "0.98"), ("curvature", "20")):
        page.locator(f"input[name={name}]").fill(value)
    page.locator("input[name=steps]").fill("60")
    assert page.locator(".xp svg .xp-here").count() == 1
    page.get_by_role("button", name="Reset").click()
    assert page.locator(".xp svg .xp-here").count() == 2


def test_dragging_the_start_moves_the_sliders(open_page):
    page = open_page("descent_valley")
    box = page.locator(".xp svg[role=img]").bounding_box()
    at = lambda x, y: (  # noqa: E731  data coordinates to the window's
        box["x"] + (52 + (x + 5) / 10 * 330) * box["width"] / 640,
        box["y"] + (30 + (3 - y) / 6 * 264) * box["width"] / 640,
    )
    page.mouse.move(*at(-4, 2))
    page.mouse.down()
    page.mouse.move(*at(3, -1), steps=3)
    page.mouse.up()
    assert float(page.locator("input[name=start_x]").input_value()) == pytest.approx(3, abs=0.11)
    assert float(page.locator("input[name=start_y]").input_value()) == pytest.approx(-1, abs=0.11)


def test_the_tasks_check_themselves(open_page):
    page = open_page("descent_valley")
    marks = page.locator(".xp-mark")
    page.locator("input[name=learning_rate]").fill("0.25")
    assert marks.all_text_contents() == ["done", "open", "open"]
    answer = page.get_by_label("Your answer to task 2")
    for wrong, words in [
        ("0.3", "loss come down?"),
        ("0.2", "on the edge"),
        ("0.1", "A larger rate"),
    ]:
        answer.fill(wrong)
        answer.press("Enter")
        assert words in page.locator(".xp-tasks li").nth(1).text_content()
    answer.fill("")
    answer.press("Enter")
    assert "Type a number" in page.locator(".xp-tasks li").nth(1).text_content()
    answer.fill("0,19")
    answer.press("Enter")
    assert marks.all_text_contents() == ["done", "done", "open"]
    page.locator("input[name=curvature]").fill("20")
    page.locator("input[name=learning_rate]").fill("0.13")
    page.locator("input[name=steps]").fill("40")
    page.locator("input[name=start_x]").fill("0")
    page.locator("input[name=learning_rate]").fill("0.05")
    assert "After 40 steps it is 0." in page.locator(".xp-results").text_content()
    assert marks.all_text_contents() == ["done", "done", "open"]  # too easy: nothing along x
    page.locator("input[name=start_x]").fill("-4")
    page.locator("input[name=learning_rate]").fill("0.13")
    page.locator("input[name=momentum]").fill("0.4")
    assert marks.all_text_contents() == ["done"] * 3
    assert page.locator(".xp-takeaway").get_attribute("open") is not None
    page.get_by_role("button", name="Reset").click()
    assert marks.all_text_contents() == ["done"] * 3  # what was done stays done
