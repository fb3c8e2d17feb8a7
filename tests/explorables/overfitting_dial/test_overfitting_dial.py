"""Overfitting dial: its mathematics against NumPy and course_utils.nn, its facts, its tasks."""

import numpy as np
import pytest

from course_utils import nn
from course_utils.explorables import OverfittingDial
from course_utils.explorables.maths.randomness import uniform_from, uniforms
from course_utils.explorables.overfitting_dial import curve_fitting as fitting
from course_utils.explorables.overfitting_dial.figure import fit, mask_seed

RUN = """a.map((state) => {
    const { train, validation, norm, parameters } = m.run(state);
    return { train, validation, norm, p: [...parameters.at(-1)] };
})"""


def states(**settings):
    return [OverfittingDial(seed=seed, steps=1000, **settings).state for seed in range(10)]


@pytest.fixture(scope="module")
def ends(module):
    """ends(**settings): for ten samples the losses and the norm after 1,000 steps, as arrays."""

    def ends(**settings):
        runs = module("overfitting_dial", RUN, states(**settings))
        return {name: np.array([run[name][-1] for run in runs]) for name in runs[0]}

    return ends


# Mathematics --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [{}, {"log_l2": -2.5, "width": 7}, {"dropout": 0.3, "examples": 20}, {"steps": 0, "noise": 0}],
)
def test_training_agrees_with_numpy(module, settings):
    state = OverfittingDial(**({"steps": 300, "seed": 4} | settings)).state
    found = module("overfitting_dial", RUN, [state])[0]
    p, curves = fit(state)
    np.testing.assert_allclose(found["p"], np.concatenate(p), atol=1e-6)
    for name, curve in curves.items():
        np.testing.assert_allclose(found[name], curve, atol=1e-6)
    assert len(found["train"]) == state["steps"] // 20 + 1


def test_training_agrees_with_course_utils_nn(module):
    """A Dense layer of tanh units with L2, Adam, all examples in one batch."""
    state = OverfittingDial(log_l2=-3, steps=200, width=9).state
    found = np.array(module("overfitting_dial", RUN, [state])[0]["p"])
    w1, b1, w2, b2 = fitting.initial_parameters(9, seed=state["seed"])
    x, y = fitting.examples(state["examples"], state["noise"], state["seed"])
    model = nn.Sequential(dtype="float64")
    model.add(nn.Dense(9, "tanh", kernel_regularizer=nn.L2(0.001), input_dim=1))
    model.add(nn.Dense(1, kernel_regularizer=nn.L2(0.001)))
    model.set_weights([w1[None], b1, w2[:, None], b2])
    model.compile(nn.Adam(fitting.LEARNING_RATE), "mse")
    model.fit(x[:, None], y[:, None], batch_size=len(x), epochs=200, verbose=0)
    expected = np.concatenate([w.ravel() for w in model.get_weights()])
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_the_gradient_is_that_of_central_differences():
    x, y = fitting.examples(9, 0.4, 3)
    p = fitting.initial_parameters(5, 3)
    found = fitting.gradient(p, x, y, l2=0.01, dropout=0.0, seed=0)

    def loss(p):
        penalty = 0.01 * (p[0] @ p[0] + p[2] @ p[2])
        return np.mean((fitting.output(p, x) - y) ** 2) + penalty

    for k, part in enumerate(p):
        for i in range(len(part)):
            up, down = ([a.copy() for a in p] for _ in range(2))
            up[k][i] += 1e-6
            down[k][i] -= 1e-6
            assert found[k][i] == pytest.approx((loss(up) - loss(down)) / 2e-6, abs=1e-6)


def test_many_random_numbers_at_once_are_those_of_one_by_one():
    uniform = uniform_from(mask_seed(7))
    assert uniforms(mask_seed(7), 500).tolist() == [uniform() for _ in range(500)]


def test_more_examples_and_units_leave_the_first_as_they_are():
    few, many = fitting.examples(5, 0.4, 1), fitting.examples(30, 0.4, 1)
    np.testing.assert_array_equal(np.array(few), np.array(many)[:, :5])
    few, many = fitting.initial_parameters(5, 1), fitting.initial_parameters(30, 1)
    np.testing.assert_array_equal(few[1], many[1][:5])


# What it teaches ----------------------------------------------------------------------------


def test_more_l2_shrinks_the_norm_in_every_sample(ends):
    norms = [ends(log_l2=k)["norm"] for k in (-6, -5, -4, -3, -2, -1)]
    assert (np.diff(norms, axis=0) < 0).all()


def test_four_times_the_examples_raise_the_train_loss_and_lower_the_validation_loss(ends):
    """For most samples; and, after half as many steps, for the one that the question is about."""
    few, many = ends(), ends(examples=48)
    assert (many["train"] > few["train"]).mean() >= 0.9
    few_first, many_first = [fit(OverfittingDial(examples=n).state)[1] for n in (12, 48)]
    assert many_first["train"][-1] > 2 * few_first["train"][-1]
    assert many_first["validation"][-1] < 0.6 * few_first["validation"][-1]
    assert np.median(many["validation"]) < 0.75 * np.median(few["validation"])


@pytest.mark.parametrize("remedy", [{"log_l2": -2.5}, {"dropout": 0.1}, {"examples": 48}])
def test_every_remedy_lowers_the_validation_loss_of_most_samples(ends, remedy):
    assert (ends(**remedy)["validation"] < ends()["validation"]).mean() >= 0.7


def test_without_a_remedy_the_validation_loss_rises_again(module):
    runs = module("overfitting_dial", RUN, states())
    assert np.median([run["validation"][-1] / min(run["validation"]) for run in runs]) > 1.3
    assert all(run["train"][-1] < run["train"][10] for run in runs)


def test_no_setting_gets_clearly_below_the_noise(ends):
    for settings in ({}, {"examples": 48}, {"examples": 48, "log_l2": -3}, {"dropout": 0.1}):
        assert np.median(ends(**settings)["validation"]) > 0.9 * 0.4**2


def test_too_much_of_a_remedy_underfits_without_any_noise(ends):
    for settings in ({"width": 1}, {"log_l2": -1}):
        found = ends(noise=0, **settings)
        assert np.minimum(found["train"], found["validation"]).min() > 0.1


def test_words_name_overfitting_and_underfitting(module):
    cases = [[0.4, 1000, 0.01, 0.49], [0.4, 1000, 0.11, 0.2], [0, 1000, 0.3, 0.35], [0, 0, 1, 1]]
    found = module(
        "overfitting_dial",
        "a.map(([noise, steps, t, v]) => m.diagnosis({ noise, steps }, t, v))",
        cases,
    )
    assert found == [
        *("It overfits.", "The gap is small.", "It underfits.", "Nothing is learned yet.")
    ]


# The page -----------------------------------------------------------------------------------


def test_dragging_in_the_losses_sets_the_steps(open_page):
    page = open_page("overfitting_dial")
    box = page.locator(".xp svg[role=img]").bounding_box()
    scale = box["width"] / 640
    page.mouse.move(box["x"] + 600 * scale, box["y"] + 100 * scale)
    page.mouse.down()
    page.mouse.move(box["x"] + (422 + 0.2 * 200) * scale, box["y"] + 100 * scale, steps=3)
    page.mouse.up()
    assert page.locator("input[name=steps]").input_value() == "200"


def test_the_tasks_check_themselves(open_page):
    page = open_page("overfitting_dial")
    marks = page.locator(".xp-mark")
    page.locator("input[name=log_l2]").fill("-2")
    assert marks.all_text_contents() == ["done", "open", "open"]

    def answer(text):
        field = page.get_by_label("Your answer to task 2")
        field.fill(text)
        field.press("Enter")
        return page.locator(".xp-tasks li").nth(1).text_content()

    assert "train loss is lowest" in answer("1000")
    assert "It was lower once" in answer("500")
    assert "Not that number" in answer("2000") or "train loss" in answer("2000")
    answer("80")
    assert marks.all_text_contents() == ["done", "done", "open"]
    page.locator("input[name=noise]").fill("0")
    page.locator("input[name=width]").fill("1")
    assert marks.all_text_contents() == ["done"] * 3
    assert "It underfits." in page.locator(".xp-results").text_content()


def test_dropout_alone_also_does_the_first_task(open_page):
    page = open_page("overfitting_dial")
    page.locator("input[name=dropout]").fill("0.1")
    assert page.locator(".xp-mark").first.text_content() == "done"
