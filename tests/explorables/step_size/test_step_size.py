"""Step size: its mathematics against NumPy, its facts, its tasks, the learner's own difference."""

import numpy as np
import pytest

from course_utils.explorables import StepSize, gallery
from course_utils.explorables.step_size.figure import (
    FUNCTIONS,
    LOG_HS,
    PRECISIONS,
    central_difference,
    forward_difference,
    relative_errors,
)

EPS = {name: float(np.finfo(number).eps) for name, number in PRECISIONS.items()}
H = 10.0**LOG_HS
DIFFERENCES = {"forward": forward_difference, "central": central_difference}


def in_the_browser(module, state):
    """{"forward": (321,), "central": (321,)}: the relative errors that the figure draws."""
    rows = module(
        "step_size",
        "m.LOG_HS.map((k) => m.relativeErrors(a.function, a.precision, a.x, 10 ** k))",
        state,
    )
    return {name: np.array([row[name] for row in rows]) for name in DIFFERENCES}


def smooth(errors):
    """The largest error within a quarter of a decade: a lucky h does not count."""
    padded = np.pad(errors, 5, mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, 11).max(axis=1)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("x", [0.2, 1, 1.7])
def test_errors_agree_with_numpy_as_far_as_rounding_lets_them(module, name, precision, x):
    state = StepSize(function=name, precision=precision, x=x).state
    f, slope = FUNCTIONS[name]
    number = PRECISIONS[precision]
    exact = abs(slope(np.float64(number(x))))
    # Browser and NumPy may round the last digit of sin and exp differently; x³ needs neither.
    last_digit = 0
    if name != "x³":
        size = abs(f(number(x))) + x * exact
        last_digit = 4 * EPS[precision] * size / H / exact
    for which, found in in_the_browser(module, state).items():
        expected = relative_errors(DIFFERENCES[which], state)
        assert (np.abs(found - expected) <= 1e-6 * np.maximum(1, expected) + last_digit).all()
        if precision == "float64":
            assert np.abs(found - expected)[H > 1e-6].max() < 1e-6 * max(1, expected.max())


@pytest.mark.parametrize("precision", PRECISIONS)
def test_x_cubed_is_rounded_to_the_last_bit_as_numpy_rounds_it(module, precision):
    found = module(
        "step_size",
        """m.LOG_HS.map((k) => m.quotients("x³", a, 1.3, 10 ** k))
            .map((q) => [q.forward, q.central])""",
        precision,
    )
    number = PRECISIONS[precision]
    f, x = FUNCTIONS["x³"][0], number(1.3)
    hs = [number(10.0**k) for k in -16 + np.arange(321) / 20]
    same = [
        (forward_difference(f, x, h), central_difference(f, x, h)) == tuple(row)
        for h, row in zip(hs, found, strict=True)
    ]
    assert np.mean(same) > 0.95  # 10 ** k itself may differ in its last bit


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(("which", "root"), [("forward", 1 / 2), ("central", 1 / 3)])
def test_the_best_h_is_near_the_root_of_eps(module, name, precision, which, root):
    for x in (0.4, 1, 1.5):
        state = StepSize(function=name, precision=precision, x=x).state
        errors = smooth(in_the_browser(module, state)[which])
        theory = module("step_size", "m.theory(a.function, a.precision, a.x).best", state)
        best = H[errors == errors.min()]
        steep = 10 if name == "sin(exp(x²))" else 1  # where f bends more, the best h is smaller
        assert EPS[precision] ** root / (20 * steep) < np.median(best) < EPS[precision] ** root * 20
        assert errors[np.argmin(np.abs(H - theory[which]))] < 6 * errors.min()


@pytest.mark.parametrize(("which", "factor"), [("forward", 10), ("central", 100)])
def test_ten_times_smaller_h_is_ten_or_a_hundred_times_less_truncation(module, which, factor):
    errors = in_the_browser(module, StepSize().state)[which]
    at = [int(np.argmin(np.abs(LOG_HS - k))) for k in (-2, -3)]
    assert errors[at[0]] / errors[at[1]] == pytest.approx(factor, rel=0.01)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_left_of_the_best_h_the_error_grows_as_one_over_h(module, precision):
    errors = smooth(in_the_browser(module, StepSize(precision=precision).state)["central"])
    middle = np.log10(EPS[precision]) * 2 / 3  # between eps and its cube root
    at = [int(np.argmin(np.abs(LOG_HS - k))) for k in (middle - 1, middle + 1)]
    assert np.log10(errors[at[0]] / errors[at[1]]) == pytest.approx(2, abs=0.5)


def test_single_precision_never_gets_beyond_six_digits(module):
    errors = in_the_browser(module, StepSize(precision="float32").state)["central"]
    double = in_the_browser(module, StepSize().state)["central"]
    assert smooth(errors).min() > 1e-6
    assert smooth(double).min() < 1e-10


def test_the_task_in_float32_accepts_the_best_h_and_nothing_four_times_worse(module):
    errors = in_the_browser(module, StepSize(precision="float32").state)["central"]
    best = smooth(errors).min()
    accepted = (H >= 1.5e-3) & (H <= 1.6e-2)
    assert errors[accepted].max() < 4 * best
    assert smooth(errors)[~accepted].min() > best


def test_where_x_plus_h_is_x_the_page_says_so(open_page):
    page = open_page("step_size")
    page.locator("input[name=log_h]").fill("-16")
    words = page.locator(".xp-results").text_content()
    assert "x + h rounds to x itself" in words
    assert "The forward difference: relative error 1, 0 digits right" in words


def test_dragging_and_arrow_keys_choose_h(open_page):
    page = open_page("step_size")
    box = page.locator(".xp svg[role=img]").bounding_box()
    scale = box["width"] / 640
    x = lambda k: box["x"] + (62 + (k + 16) / 16 * 566) * scale  # noqa: E731
    page.mouse.move(x(-1), box["y"] + 100)
    page.mouse.down()
    page.mouse.move(x(-7), box["y"] + 120, steps=3)
    page.mouse.up()
    slider = page.locator("input[name=log_h]")
    assert float(slider.input_value()) == pytest.approx(-7, abs=0.11)
    before = float(slider.input_value())
    slider.press("ArrowLeft")
    assert float(slider.input_value()) == pytest.approx(before - 0.1)


def test_the_learners_difference_travels_as_its_errors():
    sent = []
    step = StepSize(difference=central_difference)
    step.widget.send = lambda message, buffers=None: sent.append((message, buffers))
    asked = {"function": "sin x", "precision": "float64", "x": 1}
    step.widget.answer(step.widget, {"id": 1, "asked": asked}, [])
    step.difference = lambda f, x, h: (f(x + h) - f(x - h)) / h  # forgot the 2
    step.widget.answer(step.widget, {"id": 2, "asked": asked}, [])
    right, twice = (np.frombuffer(buffers[0], "<f4") for _, buffers in sent)
    np.testing.assert_allclose(right, relative_errors(central_difference, asked), rtol=1e-6)
    assert twice[LOG_HS > -6][:60] == pytest.approx(1, abs=0.01)


def test_the_learners_errors_are_drawn_and_told(browser, tmp_path):
    """The figure with a model that answers, as a notebook's kernel would, with errors of 0.5."""
    step = StepSize()
    step.asks_python = True
    answering = """
        const answers = [];
        model.on = (name, f) => { if (name === "msg:custom") answers.push(f); };
        model.send = ({ id }) => setTimeout(() => answers[0](
            { id, shape: [321] }, [new DataView(new Float32Array(321).fill(0.5).buffer)]));
        figure.render("""
    path = tmp_path / "yours.html"
    path.write_text(gallery.page(step).replace("figure.render(", answering))
    page = browser.new_page()
    page.goto(path.as_uri())
    page.locator(".xp-results", has_text="Yours: relative error 0.5, 0 digits right").wait_for()
    assert page.locator(".xp-theirs").count() == 2  # the curve and its line in the legend
    page.close()


def test_the_tasks_check_themselves(open_page):
    page = open_page("step_size")
    marks = page.locator(".xp-mark")
    page.locator("input[name=log_h]").fill("-5.3")
    assert marks.all_text_contents() == ["done", "open", "open"]
    cases = [
        (2, [("10", "So does the forward"), ("0.01", "other way round")], "100"),
        (3, [("0.3", "a smaller h still helps"), ("1e-5", "makes it worse")], "5e-3"),
    ]
    for task, wrongs, right in cases:
        answer = page.get_by_label(f"Your answer to task {task}")
        for wrong, words in wrongs:
            answer.fill(wrong)
            answer.press("Enter")
            assert words in page.locator(".xp-tasks li").nth(task - 1).text_content()
        answer.fill(right)
        answer.press("Enter")
        assert marks.nth(task - 1).text_content() == "done"
