"""The six projects of the capstone: their rows, their groups, and the trap in each."""

import numpy as np
import pytest

from course_utils.datasets import PROJECTS, load_project
from course_utils.datasets.projects import HEIGHT, SIDE, WIDTH


def nearest_neighbor(data, test):
    """The share of the test rows whose nearest training row has their label."""
    x, y = data.x[~test].astype(float), data.y[~test]
    rows = data.x[test].astype(float)
    far = (x**2).sum(axis=1) - 2 * rows @ x.T
    return np.mean(y[far.argmin(axis=1)] == data.y[test])


def some_rows(data, share=0.25):
    return np.random.default_rng(0).random(len(data.y)) < share


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_has_flat_rows_a_group_for_each_and_a_question(name):
    data = load_project(name)
    assert data.x.ndim == 2
    assert data.x.dtype == np.float32
    assert np.isfinite(data.x).all()
    assert data.x.shape[1] == len(data.feature_names)
    assert data.y.shape == data.groups.shape == (len(data.x),)
    assert np.unique(data.y).tolist() == list(range(len(data.class_names)))
    assert len(np.unique(data.groups)) >= 2
    assert data.question.endswith("?")
    assert data.source
    assert data.license


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_is_the_same_each_time(name):
    a, b = load_project(name), load_project(name)
    np.testing.assert_array_equal(a.x, b.x)
    np.testing.assert_array_equal(a.groups, b.groups)


def test_an_unknown_project_is_named_with_those_that_are_there():
    with pytest.raises(ValueError, match=r"load_project\('cats'\).*surfaces, languages"):
        load_project("cats")


def test_pieces_of_a_surface_overlap_in_a_strip_and_not_across():
    data = load_project("surfaces")
    assert WIDTH >= SIDE
    assert 60 * SIDE * SIDE > 3 * WIDTH * HEIGHT  # so the pieces of a strip overlap
    strip = data.groups == "strip 3"
    assert nearest_neighbor(data, some_rows(data)) > nearest_neighbor(data, strip) + 0.05


def test_new_voices_are_harder_than_new_rows_in_both_speech_projects():
    for name in ("languages", "digits"):
        data = load_project(name)
        known = nearest_neighbor(data, some_rows(data))
        new = [nearest_neighbor(data, data.groups == group) for group in np.unique(data.groups)]
        assert known > np.mean(new) + 0.2


def test_each_voice_of_the_languages_speaks_one_of_them():
    data = load_project("languages")
    for voice in np.unique(data.groups):
        assert len(np.unique(data.y[data.groups == voice])) == 1


def test_six_voices_of_about_five_hundred_clips_are_found_in_the_digits():
    names, counts = np.unique(load_project("digits").groups, return_counts=True)
    assert names.tolist() == [f"voice {number}" for number in range(6)]
    assert counts.min() > 400
    assert counts.max() < 600


def test_six_percent_of_a_screening_are_ill():
    data = load_project("screening")
    assert np.mean(data.y) == pytest.approx(0.06, abs=0.005)
    assert data.baseline == pytest.approx(0.94, abs=0.005)


def test_scanner_a_marks_its_nines_and_nothing_else():
    data = load_project("scanners")
    corner = data.images[:, 25:28, 25:28].min(axis=(1, 2)) == 1
    np.testing.assert_array_equal(corner, (data.groups == "scanner a") & (data.y == 1))
