"""Function and slope: its mathematics against NumPy, its facts, its tasks."""

import math

import numpy as np
import pytest

from course_utils.explorables import FunctionSlope
from course_utils.explorables.function_slope.figure import FUNCTIONS, GRID, function_values

CURVES = """(() => {
    const { f, slope } = m.FUNCTIONS[a.name];
    return [m.GRID.map((z) => f(z, a.alpha)), m.GRID.map((z) => slope(z, a.alpha))];
})()"""


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("alpha", [0.1, 1])
def test_functions_and_slopes_agree_with_numpy(module, name, alpha):
    ys, slopes = module("function_slope", CURVES, {"name": name, "alpha": alpha})
    np.testing.assert_allclose(ys, function_values(name, alpha), rtol=0, atol=1e-6)
    smooth = np.abs(GRID) > 0.03 if name in ("step", "relu", "leaky relu", "elu") else GRID == GRID
    measured = np.gradient(function_values(name, alpha), GRID, edge_order=2)
    np.testing.assert_allclose(np.array(slopes)[smooth], measured[smooth], rtol=0, atol=2e-4)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "gelu", "silu", "softplus", "elu"])
def test_slopes_agree_with_complex_free_central_differences_to_a_millionth(module, name):
    z = [-6.3, -2.1, -0.4, 0.3, 1.7, 5.2]
    h = 1e-5
    slope = module("function_slope", f"a.map((z) => m.FUNCTIONS['{name}'].slope(z, 0.7))", z)
    up, down = (
        module(
            "function_slope", f"a.map((z) => m.FUNCTIONS['{name}'].f(z, 0.7))", [v + s for v in z]
        )
        for s in (h, -h)
    )
    np.testing.assert_allclose(slope, (np.array(up) - np.array(down)) / (2 * h), atol=1e-6)


def test_erf_agrees_with_the_standard_library(module):
    xs = np.linspace(-7, 7, 141).tolist()
    np.testing.assert_allclose(
        module("function_slope", "a.map(m.erf)", xs), [math.erf(x) for x in xs], atol=1e-12
    )


@pytest.mark.parametrize(("name", "edges"), [("sigmoid", 4.58), ("tanh", 2.98)])
def test_dead_zones_begin_where_the_slope_falls_below_a_hundredth(module, name, edges):
    zones = module(
        "function_slope", f"m.deadZones(m.GRID.map((z) => m.FUNCTIONS['{name}'].slope(z)))"
    )
    assert zones == [[-8, pytest.approx(-edges, abs=0.03)], [pytest.approx(edges, abs=0.03), 8]]


@pytest.mark.parametrize(("center", "spread"), [(0, 1), (0, 5), (-2, 3), (4, 0.5)])
def test_the_dead_share_agrees_with_a_million_random_units(module, center, spread):
    zones = [[-8, -4.6], [4.6, 8]]
    share = module("function_slope", "m.deadShare(...a)", [zones, center, spread])
    z = np.random.default_rng(0).normal(center, spread, 1_000_000)
    assert share == pytest.approx((np.abs(z) > 4.6).mean(), abs=0.002)


def test_a_relu_is_dead_for_half_of_centered_units_and_a_step_for_all(open_page):
    page = open_page("function_slope")
    function = page.locator("select[name=activation]")
    function.select_option("relu")
    assert "50 % of the pre-activations" in page.locator(".xp-results").text_content()
    function.select_option("step")
    assert "100 % of the pre-activations" in page.locator(".xp-results").text_content()
    function.select_option("leaky relu")
    assert "0 % of the pre-activations" in page.locator(".xp-results").text_content()


def test_ten_sigmoids_at_their_best_leave_a_millionth(open_page):
    page = open_page("function_slope")
    page.locator("input[name=z]").fill("0")
    page.locator("input[name=layers]").fill("10")
    assert (
        f"becomes {0.25**10:.1e}".replace("e-07", "e−7")
        in page.locator(".xp-results").text_content()
    )


def test_dragging_moves_z(open_page):
    page = open_page("function_slope")
    box = page.locator(".xp svg[role=img]").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + (54 + 574 * 10 / 16) * box["width"] / 640, box["y"] + 60, steps=3)
    page.mouse.up()
    assert float(page.locator("input[name=z]").input_value()) == pytest.approx(2, abs=0.11)


def test_differences_of_float32_values_find_the_slope(module):
    slopes = module("function_slope", "m.differences(Float32Array.from(m.GRID, Math.tanh))")
    np.testing.assert_allclose(slopes[1:-1], 1 / np.cosh(GRID[1:-1]) ** 2, atol=2e-4)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize(
    ("derivative", "words"),
    [
        (lambda z: sigmoid(z) * (1 - sigmoid(z)), "Your derivative is the slope of your function."),
        (lambda z: sigmoid(z), "wrong by up to 1, at z = 7"),
        (lambda z: 0.25 * (np.abs(z) < 20), "wrong by up to 0.25, at z"),
    ],
)
def test_the_learners_derivative_is_held_against_the_slope_of_their_function(
    module, derivative, words
):
    figure = FunctionSlope(function=sigmoid, derivative=derivative)
    traits = {"spec": figure.spec(), "state": figure.state, "progress": figure.progress, "data": {}}
    values = figure.values({"alpha": 0.1}).ravel().tolist()
    text = module(
        "function_slope",
        """new Promise((done) => {
            let hear;
            const model = {
                get: (name) => a.traits[name], set() {}, save_changes() {}, off() {},
                on(name, f) { if (name === "msg:custom") hear = f; },
                send: ({ id }) => setTimeout(() => {
                    const { buffer } = Float32Array.from(a.values);
                    hear({ id, shape: [2, 801] }, [new DataView(buffer)]);
                    done(el.querySelector(".xp-results").textContent);
                    el.remove();
                }),
            };
            const el = document.body.appendChild(document.createElement("div"));
            m.default.render({ model, el });
        })""",
        {"traits": traits, "values": values},
    )
    assert words in text


def test_the_tasks_check_themselves(open_page):
    page = open_page("function_slope")
    marks = page.locator(".xp-mark")
    page.locator("input[name=z]").fill("4.7")
    assert marks.all_text_contents() == ["done", "open", "open"]
    answer = page.get_by_label("Your answer to task 2")
    for wrong, words in [("1.25", "five factors"), ("0.03125", "That is the output"), ("7", "Not")]:
        answer.fill(wrong)
        answer.press("Enter")
        assert words in page.locator(".xp-tasks li").nth(1).text_content()
    answer.fill("0.000977")
    answer.press("Enter")
    page.locator("input[name=spread]").fill("3")
    page.locator("select[name=activation]").select_option("relu")
    assert marks.all_text_contents() == ["done", "done", "open"]
    page.locator("select[name=activation]").select_option("leaky relu")
    assert marks.all_text_contents() == ["done"] * 3
