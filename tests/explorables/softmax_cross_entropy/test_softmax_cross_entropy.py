"""Softmax and cross-entropy: its mathematics against NumPy, its facts, its tasks."""

import numpy as np
import pytest

from course_utils.explorables import SoftmaxCrossEntropy
from course_utils.explorables.softmax_cross_entropy.figure import CLASSES, logits_of, softmax
from course_utils.nn.losses import SparseCategoricalCrossentropy

EVERYTHING = """a.map(([logits, label]) => ({
    p: m.softmax(logits),
    loss: m.crossEntropy(logits, label),
    gradient: m.crossEntropyGradient(logits, label),
    squared: m.squaredError(logits, label),
    squaredGradient: m.squaredErrorGradient(logits, label),
}))"""


@pytest.fixture(scope="module")
def cases():
    rng = np.random.default_rng(0)
    logits = np.concatenate([rng.normal(0, 3, (100, 4)), rng.uniform(-8, 8, (100, 4))])
    return logits, rng.integers(0, 4, 200)


@pytest.fixture(scope="module")
def found(module, cases):
    rows = module(
        "softmax_cross_entropy",
        EVERYTHING,
        [[z.tolist(), int(k)] for z, k in zip(*cases, strict=True)],
    )
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def difference_quotients(loss, logits, h=1e-5):
    steps = h * np.eye(4)
    return np.stack([(loss(logits + s) - loss(logits - s)) / (2 * h) for s in steps], axis=1)


def test_softmax_and_cross_entropy_agree_with_the_library(found, cases):
    logits, labels = cases
    np.testing.assert_allclose(found["p"], softmax(logits), atol=1e-6)
    loss = SparseCategoricalCrossentropy(from_logits=True)
    np.testing.assert_allclose(found["loss"], loss.per_example(labels, logits), atol=1e-6)


def test_the_gradient_is_p_minus_y_and_agrees_with_differences_of_the_loss(found, cases):
    logits, labels = cases
    y = np.eye(4)[labels]
    loss = lambda z: -np.log((y * softmax(z)).sum(axis=1))  # noqa: E731
    np.testing.assert_allclose(found["gradient"], softmax(logits) - y, atol=1e-6)
    np.testing.assert_allclose(found["gradient"], difference_quotients(loss, logits), atol=1e-6)


def test_squared_error_and_its_gradient_agree_with_numpy(found, cases):
    logits, labels = cases
    y = np.eye(4)[labels]
    loss = lambda z: ((softmax(z) - y) ** 2).sum(axis=1)  # noqa: E731
    np.testing.assert_allclose(found["squared"], loss(logits), atol=1e-6)
    slopes = difference_quotients(loss, logits)
    np.testing.assert_allclose(found["squaredGradient"], slopes, atol=1e-6)


@pytest.mark.parametrize("c", [-1000, -3, 0.5, 1000])
def test_adding_c_to_every_logit_leaves_softmax_loss_and_gradient_unchanged(
    module, found, cases, c
):
    shifted = [[(z + c).tolist(), int(k)] for z, k in zip(*cases, strict=True)]
    for name, values in found.items():
        moved = [row[name] for row in module("softmax_cross_entropy", EVERYTHING, shifted)]
        np.testing.assert_allclose(moved, values, atol=1e-9)


def test_no_gradient_of_cross_entropy_exceeds_one_and_its_parts_cancel(found):
    assert np.abs(found["gradient"]).max() <= 1
    np.testing.assert_allclose(found["gradient"].sum(axis=1), 0, atol=1e-12)


def test_a_confident_mistake_is_pushed_by_cross_entropy_and_hardly_by_squared_error(module):
    """What the opening question claims: from p = 1/2 to p near 0 the push doubles, or vanishes."""
    half, wrong = [[np.log(3), 0, 0, 0], 0], [[-8, 5, 0, 0], 0]
    hesitating, confident = module("softmax_cross_entropy", EVERYTHING, [half, wrong])
    assert hesitating["gradient"][0] == pytest.approx(-0.5)
    assert confident["gradient"][0] == pytest.approx(-1, abs=1e-5)
    assert hesitating["squaredGradient"][0] < -0.3
    assert abs(confident["squaredGradient"][0]) < 1e-5
    assert confident["squared"] <= 2 < confident["loss"]


def test_the_slider_c_moves_every_handle_and_no_probability(open_page):
    page = open_page("softmax_cross_entropy")
    words = page.locator(".xp-results")
    handles = page.locator(".xp-handle")
    before, at = words.text_content(), handles.evaluate_all("h => h.map(e => e.cy.baseVal.value)")
    for _ in range(10):
        page.locator("input[name=c]").press("ArrowRight")
    assert words.text_content() == before
    moved = handles.evaluate_all("h => h.map(e => e.cy.baseVal.value)")
    np.testing.assert_allclose(np.array(at) - moved, 150 / 20, atol=0.01)


def test_dragging_a_handle_sets_its_logit_and_dragging_the_loss_sets_the_labels(open_page):
    page = open_page("softmax_cross_entropy")
    box = page.locator(".xp svg[role=img]").bounding_box()
    scale = box["width"] / 640

    def drag(start, end):
        page.mouse.move(box["x"] + start[0] * scale, box["y"] + start[1] * scale)
        page.mouse.down()
        page.mouse.move(box["x"] + end[0] * scale, box["y"] + end[1] * scale, steps=3)
        page.mouse.up()
        return [float(page.locator(f"input[name=logit_{c}]").input_value()) for c in CLASSES]

    owl = 54 + 3.5 / 4 * 304
    at = lambda z: 30 + (10 - z) / 20 * 150  # noqa: E731
    assert drag((owl, at(0)), (owl, at(4))) == [2, 0.5, -1, pytest.approx(4, abs=0.11)]
    x = lambda z: 424 + (z + 8.6) / 17.2 * 206  # noqa: E731
    assert drag((x(-1), 200), (x(-4), 250))[2] == pytest.approx(-4, abs=0.11)
    assert drag((owl, at(4)), (owl, 0))[3] == 5  # never beyond the slider's end
    end = drag((owl, 260), (owl, 100))  # the probabilities are not for dragging
    assert end[3] == 5


def test_the_page_says_the_numbers_that_python_computes(open_page):
    page = open_page("softmax_cross_entropy")
    p = softmax(logits_of(SoftmaxCrossEntropy().state))
    words = page.locator(".xp-results").text_content()
    assert f"cat {p[0]:.3g}" in words
    assert f"= {-np.log(p[2]):.3g}" in words


def test_the_tasks_check_themselves(open_page):
    page = open_page("softmax_cross_entropy")
    marks = page.locator(".xp-mark")
    for name in CLASSES:
        page.locator(f"input[name=logit_{name}]").fill("1")
    assert marks.all_text_contents() == ["open"] * 3
    page.locator("input[name=c]").fill("1.1")
    assert marks.all_text_contents() == ["done", "open", "open"]
    answer = page.get_by_label("Your answer to task 2")
    for wrong, words in [("0.5", "factor"), ("2", "does not double"), ("1.39", "subtract")]:
        answer.fill(wrong)
        answer.press("Enter")
        assert words in page.locator(".xp-tasks li").nth(1).text_content()
    answer.fill("0,69")
    answer.press("Enter")
    page.locator("input[name=logit_fox]").fill("-1")
    assert marks.all_text_contents() == ["done", "done", "open"]
    page.locator("input[name=compare]").check()
    assert marks.all_text_contents() == ["done", "done", "open"]  # not yet confident enough
    page.locator("input[name=logit_fox]").fill("-4")
    assert marks.all_text_contents() == ["done"] * 3
