"""Occlusion brush: its network against NumPy, the mark, the tasks, a learner's own network."""

import numpy as np
import pytest

from course_utils import nn
from course_utils.explorables import OcclusionBrush
from course_utils.explorables.occlusion_brush.figure import (
    BRUSHES,
    COVERS,
    MARK,
    SQUARE,
    cover,
    dusty_digits,
    read_strokes,
    scores,
)


def as_network(figure):
    """The figure's network as its JavaScript module reads it, in plain lists."""
    layers = [
        {"W": W.ravel().tolist(), "b": b.tolist(), "activation": name}
        | {"inputs": W.shape[0], "units": W.shape[1]}
        for W, b, name in figure.layers
    ]
    count, height, width = figure.pictures.shape
    rows, columns = -(-height // SQUARE), -(-width // SQUARE)
    pictures = figure.pictures.reshape(count, -1).tolist()
    return {
        **{"layers": layers, "pictures": pictures, "height": height, "width": width},
        **{"rows": rows, "columns": columns, "label": figure.label, "square": SQUARE, "most": 20},
    }


@pytest.fixture(scope="module")
def figure():
    return OcclusionBrush()


def test_the_scores_agree_with_numpy(module, figure):
    found = module(
        "occlusion_brush",
        "a.pictures.map((p) => Array.from(m.scoresOf(a, p)))",
        as_network(figure),
    )
    np.testing.assert_allclose(found, scores(figure.layers, figure.pictures), atol=1e-5)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "linear"])
def test_a_learners_network_of_any_size_agrees_with_numpy(module, activation):
    rng = np.random.default_rng(0)
    layers = [
        (rng.normal(size=(30, 4)), rng.normal(size=4), activation),
        (rng.normal(size=(4, 3)), rng.normal(size=3), None),
    ]
    figure = OcclusionBrush(layers=layers, pictures=rng.random((2, 5, 6)), label=2)
    stroke = {"row": 1, "column": 0, "size": 1}
    found = module(
        "occlusion_brush",
        "m.scorePair(a.network, a.network.pictures, a.stroke, 0.5).drop",
        {"network": as_network(figure), "stroke": stroke},
    )
    assert found == pytest.approx(
        figure.drop((1, 0, 1), figure.state | {"cover": "gray"}), abs=1e-5
    )


@pytest.mark.parametrize("name", COVERS)
@pytest.mark.parametrize("stroke", [(5, 5, 1), (0, 2, 3), (5, 4, 2)])
def test_drops_agree_with_numpy(module, figure, name, stroke):
    row, column, size = stroke
    pair = module(
        "occlusion_brush",
        "m.scorePair(a.network, a.network.pictures, a.stroke, m.COVER_VALUES[a.cover])",
        {
            **{"network": as_network(figure), "cover": name},
            "stroke": {"row": row, "column": column, "size": size},
        },
    )
    assert pair["drop"] == pytest.approx(
        figure.drop(stroke, figure.state | {"cover": name}), abs=1e-4
    )
    assert pair["drop"] == pytest.approx(pair["before"] - pair["after"])


def test_the_square_of_the_mark_costs_more_than_twice_any_other(module, figure):
    best = module("occlusion_brush", "m.bestSquare(a)", as_network(figure))
    assert (best["row"], best["column"]) == MARK
    drops = {(i, j): figure.drop((i, j, 1), figure.state) for i in range(7) for j in range(7)}
    others = [drop for place, drop in drops.items() if place != MARK]
    assert drops[MARK] > 2 * max(others)


def test_a_white_cover_hides_nothing_of_a_white_mark(figure):
    white = figure.drop((*MARK, 1), figure.state | {"cover": "white"})
    assert abs(white) < 0.1 * figure.drop((*MARK, 1), figure.state)


def test_the_network_is_right_on_marked_pictures_and_lost_without_the_mark(figure):
    x, y = dusty_digits()
    test, labels = x[800:], y[800:]
    assert np.mean(scores(figure.layers, test).argmax(axis=1) == labels) > 0.95
    nines = test[labels == 1].copy()
    for picture in nines:
        cover(picture, (*MARK, 1), 0.0)
    assert np.mean(scores(figure.layers, nines).argmax(axis=1) == 1) < 0.75


def test_one_picture_does_not_give_the_mark_away(figure):
    dust = figure.pictures[:, 1::SQUARE, 1::SQUARE] > 0.89
    assert (dust.sum(axis=(1, 2)) >= 3).all()  # several squares look like the mark
    assert dust[:, MARK[0], MARK[1]].all()


@pytest.mark.parametrize(
    ("before", "typed", "after"),
    [
        ("", "2 3", "2 3 2"),
        ("2 3 2", "0, 1", "2 3 2; 0 1 2"),
        ("", "6 6", "5 5 2"),  # the brush stays inside
        ("", "1", "1 0 2"),  # a row alone: its first square
        ("1 1 1", "7 0", "1 1 1"),
        ("1 1 1", "here", "1 1 1"),
        ("1 1 1", "-1 0", "1 1 1"),
    ],
)
def test_strokes_are_put_behind_one_another(module, before, typed, after):
    found = module(
        "occlusion_brush",
        "m.addStroke(a.before, a.typed, 2, { rows: 7, columns: 7, most: 20 })",
        {"before": before, "typed": typed},
    )
    assert found == after
    assert all(len(stroke) == 3 for stroke in read_strokes(found))


def test_there_is_an_end_to_the_strokes(module):
    many = "; ".join(["1 1 1"] * 20)
    rows = {"rows": 7, "columns": 7, "most": 20}
    found = module(
        "occlusion_brush", "m.addStroke(a.many, '0 0', 1, a.rows)", {"many": many, "rows": rows}
    )
    assert found == many
    assert OcclusionBrush(strokes=many).state["strokes"] == many


def type_stroke(page, text, brush="1 square"):
    page.locator("select[name=brush]").select_option(brush)
    page.locator("input[name=strokes]").fill(text)
    page.locator("input[name=strokes]").press("Enter")


def test_a_click_covers_what_lies_below_it(open_page):
    page = open_page("occlusion_brush")
    page.locator("select[name=brush]").select_option("1 square")
    box = page.locator(".xp svg[role=img]").bounding_box()
    scale, step = box["width"] / 640, 266 / 7
    page.mouse.click(box["x"] + (30 + 2.5 * step) * scale, box["y"] + (26 + 3.5 * step) * scale)
    assert (
        "Stroke 1 covers row 3, column 2 with black" in page.locator(".xp-results").text_content()
    )


def test_the_mark_is_found_within_five_strokes_and_not_after(open_page):
    page = open_page("occlusion_brush")
    done = page.locator(".xp-tasks li", has_text="Find the mark").locator("text=done")
    for typed in ("0 0", "1 1", "2 2", "3 3", "4 4", "5 5"):
        type_stroke(page, typed)
    assert done.count() == 0
    page.get_by_role("button", name="Reset").click()
    type_stroke(page, "4 4", "3 by 3")
    assert done.count() == 0
    type_stroke(page, "5 5")
    done.wait_for()


def test_the_other_tasks_check_themselves(open_page, figure):
    page = open_page("occlusion_brush")
    covered = figure.pictures.copy()
    for picture in covered:
        cover(picture, (*MARK, 1), 0.0)
    turned = np.flatnonzero(scores(figure.layers, covered).argmax(axis=1) == 0)
    page.locator("input[name=picture]").fill(str(turned[0] + 1))
    type_stroke(page, "5 5")
    page.locator(".xp-tasks li", has_text="takes it for a 4").locator("text=done").wait_for()
    task = page.locator(".xp-tasks li", has_text="in white")
    black = figure.drop((*MARK, 1), figure.state)
    task.locator("input").fill(f"{black:.1f}")
    task.locator("button").click()
    assert "That is what a black cover does" in task.text_content()
    white = figure.drop((*MARK, 1), figure.state | {"cover": "white"})
    task.locator("input").fill(f"{white:.1f}")
    task.locator("button").click()
    task.locator("text=done").wait_for()


def test_a_network_of_nn_goes_in_by_its_arrays(show):
    rng = np.random.default_rng(1)
    model = nn.Sequential([nn.Input((16,)), nn.Dense(3, "tanh"), nn.Dense(2)], seed=0)
    layers = [(*model.layers[0].get_weights(), "tanh"), (*model.layers[1].get_weights(), None)]
    pictures = rng.random((3, 4, 4)).astype(np.float32)
    figure = OcclusionBrush(layers=layers, pictures=pictures, label=0)
    np.testing.assert_allclose(
        scores(figure.layers, pictures), model(pictures.reshape(3, 16)), rtol=1e-5
    )
    page, errors = show(figure)
    words = page.locator(".xp-results").text_content()
    assert "The score for class 0" in words
    assert errors == []


def test_what_does_not_fit_is_refused():
    W, b = np.zeros((16, 2)), np.zeros(2)
    pictures = np.zeros((2, 4, 4))
    with pytest.raises(TypeError, match="layers and pictures"):
        OcclusionBrush(layers=[(W, b, "relu")])
    with pytest.raises(ValueError, match=r"expected W of shape \(16, units\)"):
        OcclusionBrush(layers=[(W[:9], b, "relu")], pictures=pictures)
    with pytest.raises(ValueError, match="expected an activation"):
        OcclusionBrush(layers=[(W, b, "gelu")], pictures=pictures)
    with pytest.raises(ValueError, match="has 2 scores"):
        OcclusionBrush(layers=[(W, b, None)], pictures=pictures, label=2)
    with pytest.raises(ValueError, match="n, height, width"):
        OcclusionBrush(layers=[(W, b, None)], pictures=np.zeros((2, 16)))


def test_the_still_picture_says_what_was_covered():
    figure = OcclusionBrush(strokes="5 5 1; 0 0 2")
    _, alt = figure.still(figure.state)
    assert f"stroke 1 at row 5, column 5: {figure.drop((5, 5, 1), figure.state):.2f}" in alt
    assert set(BRUSHES.values()) == {1, 2, 3}
