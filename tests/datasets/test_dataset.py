"""What holds for every Dataset: its split, its pictures, its baseline."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.datasets import Dataset

labels = st.lists(st.integers(0, 4), min_size=2, max_size=80)


def made(y, class_names=tuple("abcde"), **more):
    """A Dataset whose x holds the number of its row, so that rows can be told apart."""
    y = np.asarray(y)
    x = np.arange(len(y), dtype=np.float32)[:, None]
    return Dataset(x, y, ("row",), class_names, "made here", "none", "rows", **more)


@settings(deadline=None)
@given(labels, st.floats(0.05, 0.95), st.integers(0, 99))
def test_split_gives_every_row_to_exactly_one_side_with_its_own_label(y, fraction, seed):
    data = made(y)
    n_test = round(len(y) * fraction)
    if not 0 < n_test < len(y):
        return
    x_train, y_train, x_test, y_test = data.split(fraction, seed)
    rows = np.concatenate([x_train, x_test])[:, 0].astype(int)
    assert sorted(rows) == list(range(len(y)))
    assert len(x_test) == n_test
    np.testing.assert_array_equal(np.concatenate([y_train, y_test]), np.array(y)[rows])


@settings(deadline=None)
@given(labels, st.floats(0.05, 0.95), st.integers(0, 99))
def test_split_keeps_the_share_of_every_class_to_within_one_example(y, fraction, seed):
    n_test = round(len(y) * fraction)
    if not 0 < n_test < len(y):
        return
    _, _, _, y_test = made(y).split(fraction, seed)
    for label in set(y):
        expected = y.count(label) * n_test / len(y)
        assert abs(np.sum(y_test == label) - expected) < 1


def test_split_is_repeated_by_the_same_seed_and_changed_by_another():
    data = made([0, 1] * 30)
    np.testing.assert_array_equal(data.split(seed=3)[2], data.split(seed=3)[2])
    assert not np.array_equal(data.split(seed=3)[2], data.split(seed=4)[2])


def test_split_does_not_sort_either_side_by_class():
    _, y_train, _, y_test = made(np.repeat([0, 1], 100)).split(0.5)
    for y in (y_train, y_test):
        assert 20 < np.sum(np.diff(y) != 0) < 80


def test_split_of_values_needs_no_classes():
    data = made(np.linspace(0, 1, 20, dtype=np.float32), class_names=())
    assert [len(part) for part in data.split()] == [16, 16, 4, 4]


@pytest.mark.parametrize("fraction", [0, 1, -0.1, 1.5, 0.001, float("nan")])
def test_split_refuses_a_fraction_that_leaves_one_side_empty(fraction):
    with pytest.raises(ValueError, match=r"test_fraction=.*of the 10 rows on each side"):
        made([0, 1] * 5).split(fraction)


def test_split_by_group_needs_groups():
    with pytest.raises(ValueError, match="nobody noted the groups"):
        made([0, 1] * 5).split(by_group=True)


def test_changing_a_split_leaves_the_data_as_they_were():
    data = made([0, 1] * 5)
    data.split()[0][:] = -1
    assert data.x.min() == 0


def test_images_are_the_rows_in_the_shape_of_a_picture():
    y = np.zeros(2, int)
    x = np.arange(12, dtype=np.float32).reshape(2, 6)
    data = Dataset(x, y, (), ("a",), "", "", "", image_shape=(2, 3))
    np.testing.assert_array_equal(data.images[1], [[6, 7, 8], [9, 10, 11]])


def test_images_of_a_table_say_that_there_are_none():
    with pytest.raises(AttributeError, match=r"not pictures; x has shape \(4, 1\)"):
        _ = made([0, 1, 0, 1]).images


def test_baseline_is_the_share_of_the_commonest_class():
    assert made([0, 1, 1, 2, 1]).baseline == 0.6
    with pytest.raises(AttributeError, match="values to predict"):
        _ = made([0.5, 1.5], class_names=()).baseline


def test_fields_can_not_be_replaced():
    with pytest.raises(dataclasses.FrozenInstanceError):
        made([0, 1]).x = np.zeros(2)


def test_repr_shows_shapes_and_description_not_the_arrays():
    assert repr(made([0, 1])) == "Dataset(x: (2, 1), y: (2,)): rows"
