"""Convolution painter: its maps against NumPy, its facts, the learner's conv2d, its tasks."""

import numpy as np
import pytest

from course_utils.explorables import ConvolutionPainter
from course_utils.explorables.convolution_painter.figure import (
    KERNELS,
    PICTURES,
    SIDE,
    WEIGHTS,
    built_in,
    convolve,
    kernel_of,
    stretched,
)

CONVOLVE = """m.convolve(
    { array: a.image.flat(), rows: a.image.length, columns: a.image[0].length },
    a.kernel, a.stride, a.padding)"""


def upright_at(i, j):
    """Whether the wall has a pixel of an upright joint below the kernel at place i, j."""
    wall = built_in("wall")
    return (wall[i : i + 3, j : j + 3].min(axis=1) < wall[i : i + 3, j : j + 3].max(axis=1)).any()


# Mathematics --------------------------------------------------------------------------------


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (1, 1), (2, 0), (2, 1), (3, 0), (3, 1)])
@pytest.mark.parametrize("shape", [(12, 12), (7, 10), (3, 3)])
def test_maps_agree_with_numpy(module, shape, stride, padding):
    rng = np.random.default_rng(0)
    image, kernel = rng.random(shape), rng.normal(size=(3, 3))
    asked = {"image": image.tolist(), "kernel": kernel.ravel().tolist()}
    found = module("convolution_painter", CONVOLVE, asked | {"stride": stride, "padding": padding})
    expected = convolve(image, kernel, stride, padding)
    assert (found["rows"], found["columns"]) == expected.shape
    np.testing.assert_allclose(found["array"], expected.ravel(), atol=1e-12)


def test_agreement_is_the_correlation(module):
    a, b = np.random.default_rng(1).normal(size=(2, 30))
    ask = "m.agreement(a[0], a[1])"
    found = module("convolution_painter", ask, [a.tolist(), b.tolist()])
    assert found == pytest.approx(np.corrcoef(a, b)[0, 1])
    assert module("convolution_painter", ask, [[1.0] * 30, b.tolist()]) == 0


def test_the_kernels_to_choose_are_the_same_on_both_sides(module):
    found = module("convolution_painter", "m.KERNELS")
    assert {name: tuple(weights) for name, weights in found.items()} == KERNELS


# Facts ---------------------------------------------------------------------------------------


def test_weights_that_sum_to_zero_answer_zero_on_flat_areas_however_bright():
    for name in ("left-right edge", "upper-lower edge"):
        kernel = np.reshape(KERNELS[name], (3, 3))
        for gray in (0.25, 0.5, 1.0):
            np.testing.assert_allclose(convolve(np.full((5, 5), gray), kernel, 1, 0), 0, atol=1e-12)


def test_the_left_right_kernel_is_blind_for_lying_joints_only():
    answers = convolve(built_in("wall"), np.reshape(KERNELS["left-right edge"], (3, 3)), 1, 0)
    sees = np.array([[upright_at(i, j) for j in range(10)] for i in range(10)])
    np.testing.assert_allclose(answers[~sees], 0, atol=1e-12)
    assert np.abs(answers[sees]).max() > 1


def test_the_place_of_upright_joints_is_known_on_both_sides(module):
    places = [[i, j] for i in range(10) for j in range(10)]
    found = module("convolution_painter", "a.map(([i, j]) => m.seesUpright(i, j))", places)
    assert found == [bool(upright_at(i, j)) for i, j in places]


@pytest.mark.parametrize("name", PICTURES[:-1])
def test_pictures_fill_their_range(name):
    picture = built_in(name)
    assert picture.shape == (SIDE, SIDE)
    assert 0 <= picture.min() < 0.3
    assert picture.max() == pytest.approx(1, abs=0.07)


# What the learner brings ---------------------------------------------------------------------


def test_the_learners_conv2d_is_asked_with_picture_kernel_stride_and_padding():
    calls = []

    def conv2d(image, kernel, stride, padding):
        calls.append((image.shape, kernel.shape, stride, padding))
        return convolve(image, kernel, stride, padding)

    figure = ConvolutionPainter(conv2d, stride=2)
    asked = {
        "image": [0.0] * 144,
        "shape": [12, 12],
        "kernel": [1.0] * 9,
        "stride": 2,
        "padding": 1,
    }
    assert figure.values(asked).shape == (6, 6)
    assert calls == [((12, 12), (3, 3), 2, 1)]
    assert figure.asks_python
    assert repr(figure) == "ConvolutionPainter(conv2d=conv2d, stride=2)"
    with pytest.raises(ValueError, match=r"expected an array \(rows, columns\), got shape \(9,\)"):
        ConvolutionPainter(lambda *_: np.ones(9)).values(asked)


def test_a_picture_of_ones_own_is_stretched_and_shown(show):
    image = np.linspace(-3, 5, 35).reshape(5, 7)
    figure = ConvolutionPainter(image=image)
    np.testing.assert_allclose(figure.picture_of(figure.state), stretched(image))
    page, errors = show(figure)
    assert "The map has 3 by 5 numbers" in page.locator(".xp-results").text_content()
    assert errors == []


@pytest.mark.parametrize("shape", [(2, 9), (25, 9), (9,), (5, 5, 3)])
def test_a_picture_that_does_not_fit_is_refused(shape):
    with pytest.raises(ValueError, match="expected image of shape"):
        ConvolutionPainter(image=np.zeros(shape))


def test_trained_kernels_are_divided_by_their_largest_weight():
    weights = np.random.default_rng(2).normal(size=(3, 3, 4)) / 7
    figure = ConvolutionPainter(kernels=weights, trained=3)
    expected = weights[:, :, 2] / np.abs(weights[:, :, 2]).max()
    np.testing.assert_allclose(kernel_of(figure.state), expected, atol=0.026)
    assert figure.place == "trained kernels"
    with pytest.raises(ValueError, match=r"take weights\[:, :, 0\]"):
        ConvolutionPainter(kernels=np.zeros((3, 3, 1, 4)))


def test_what_is_typed_is_drawn_and_the_rest_is_paper():
    figure = ConvolutionPainter(picture="your drawing", drawing="0110 and some words")
    picture = figure.picture_of(figure.state)
    assert picture.shape == (SIDE, SIDE)
    assert np.flatnonzero(picture).tolist() == [1, 2]


# Doing ---------------------------------------------------------------------------------------


def turn(page, **weights):
    for name, value in weights.items():
        page.locator(f"input[name={name}]").fill(str(value))


def test_a_drawing_grows_below_the_pointer_and_below_the_keys(open_page):
    page = open_page("convolution_painter")
    page.locator("select[name=picture]").select_option("your drawing")
    assert page.locator(".xp-ink").count() == 0
    page.locator("select[name=pen]").select_option("draws")
    position = page.locator("input[name=position]")
    position.fill("30")
    position.fill("31")
    assert page.locator(".xp-ink").count() == 2
    page.locator(".xp-picture svg").click(position={"x": 60, "y": 60})
    assert page.locator(".xp-ink").count() == 3
    page.locator("select[name=pen]").select_option("wipes")
    position.fill("30")
    assert page.locator(".xp-ink").count() == 2


def test_a_kernel_is_chosen_by_name_and_becomes_ones_own_when_turned(open_page):
    page = open_page("convolution_painter")
    preset = page.locator("select[name=preset]")
    preset.select_option("upper-lower edge")
    assert page.locator("input[name=w12]").input_value() == "-1"
    turn(page, w12=0.5)
    assert preset.input_value() == "your own"


def test_the_tasks_check_themselves(open_page):
    page = open_page("convolution_painter")
    marks = page.locator(".xp-mark")
    assert marks.all_text_contents() == ["open"] * 3
    page.locator("select[name=preset]").select_option("one pixel")
    turn(page, w12=-1)  # up and down: it sees the lying joints, too
    assert marks.all_text_contents() == ["open"] * 3
    turn(page, w12=0, w21=-1)
    assert marks.all_text_contents() == ["done", "open", "open"]

    answer = page.get_by_label("Your answer to task 2")
    for wrong, words in (("6", "one side"), ("25", "without padding"), ("49", "round up")):
        answer.fill(wrong)
        answer.press("Enter")
        assert words in page.locator(".xp-tasks li").nth(1).text_content()
    answer.fill("36")
    answer.press("Enter")
    assert marks.all_text_contents() == ["done", "done", "open"]

    turn(page, w21=0.5, w12=0.5, w23=0.5, w32=0.5, w22=-1)  # it sums to 1
    assert marks.all_text_contents() == ["done", "done", "open"]
    turn(page, w22=-2)
    assert marks.all_text_contents() == ["done"] * 3


def test_the_tasks_on_trained_kernels_check_themselves(show):
    rough = np.array([[-0.8, 0.1, 0.9], [-1.0, 0.0, 0.8], [-0.7, -0.1, 1.0]])
    page, errors = show(ConvolutionPainter(kernels=np.stack([np.ones((3, 3)), rough], axis=2)))
    marks = page.locator(".xp-mark")
    assert marks.all_text_contents() == ["open", "open"]
    page.locator("input[name=trained]").fill("2")
    assert marks.all_text_contents() == ["done", "open"]
    turn(page, w22=1)
    turn(page, **dict(zip(WEIGHTS, [0, 0, 1] * 3, strict=True)))
    assert marks.all_text_contents() == ["done", "open"]
    turn(page, **dict(zip(WEIGHTS, [-1, 0, 1] * 3, strict=True)))
    assert marks.all_text_contents() == ["done", "done"]
    assert errors == []
