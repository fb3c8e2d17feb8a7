"""What holds for data made from a seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import datasets
from course_utils.datasets import (
    make_blobs,
    make_circles,
    make_moons,
    make_regression,
    make_spirals,
    make_xor,
)

MAKERS = [make_moons, make_circles, make_spirals, make_blobs, make_xor, make_regression]
in_plane = pytest.mark.parametrize("make", MAKERS[:-1])


@pytest.mark.parametrize("make", MAKERS)
@settings(deadline=None, max_examples=25)
@given(n=st.integers(4, 300), seed=st.integers(0, 2**32 - 1))
def test_the_seed_decides_everything(make, n, seed):
    first, again, other = make(n, seed=seed), make(n, seed=seed), make(n, seed=seed + 1)
    np.testing.assert_array_equal(first.x, again.x)
    np.testing.assert_array_equal(first.y, again.y)
    assert not np.array_equal(first.x, other.x)
    assert first.x.dtype == np.float32
    assert first.x.shape == (n, len(first.feature_names))
    assert first.y.shape == (n,)


@in_plane
@settings(deadline=None, max_examples=25)
@given(n=st.integers(4, 300), seed=st.integers(0, 999))
def test_classes_have_nearly_equal_shares_and_are_mixed(make, n, seed):
    data = make(n, seed=seed)
    counts = np.bincount(data.y)
    assert np.ptp(counts) <= (2 if make is make_xor else 1)
    assert len(counts) == len(data.class_names)
    assert f"right for {data.baseline:.2f}" in data.description
    assert data.y.dtype == np.int64


@in_plane
def test_rows_are_not_sorted_by_class(make):
    y = make(200).y
    assert np.sum(np.diff(y) != 0) > 50


def test_global_random_state_plays_no_part():
    np.random.seed(0)  # noqa: NPY002
    first = make_moons().x
    np.random.seed(1)  # noqa: NPY002
    np.testing.assert_array_equal(first, make_moons().x)


def test_moons_without_noise_lie_on_two_half_circles():
    data = make_moons(300, noise=0)
    upper, lower = data.x[data.y == 0], data.x[data.y == 1]
    np.testing.assert_allclose(np.hypot(*upper.T), 1, atol=1e-6)
    np.testing.assert_allclose(np.hypot(*(lower - [1, 0.5]).T), 1, atol=1e-6)
    assert upper[:, 1].min() >= 0
    assert lower[:, 1].max() <= 0.5


def test_circles_without_noise_have_the_two_radii():
    data = make_circles(100, noise=0, factor=0.3)
    np.testing.assert_allclose(np.hypot(*data.x.T), np.where(data.y == 0, 1, 0.3), atol=1e-6)
    with pytest.raises(ValueError, match=r"factor=1\.5"):
        make_circles(factor=1.5)


def test_spiral_arms_are_turned_copies_of_each_other():
    data = make_spirals(300, noise=0, classes=3, turns=1.5)
    radius, angle = np.hypot(*data.x.T), np.arctan2(data.x[:, 1], data.x[:, 0])
    expected = 2 * np.pi * (1.5 * radius + data.y / 3)
    np.testing.assert_allclose(np.cos(angle - expected), 1, atol=1e-5)


def test_blobs_lie_around_a_circle_of_radius_2_with_the_spread_asked_for():
    data = make_blobs(6000, classes=4, spread=0.3)
    for label in range(4):
        cloud = data.x[data.y == label]
        assert np.hypot(*cloud.mean(axis=0)) == pytest.approx(2, abs=0.05)
        np.testing.assert_allclose(cloud.std(axis=0), 0.3, atol=0.02)


def test_xor_without_noise_is_the_truth_table():
    data = make_xor(40, noise=0)
    rows, counts = np.unique(np.column_stack([data.x, data.y]), axis=0, return_counts=True)
    np.testing.assert_array_equal(rows, [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]])
    np.testing.assert_array_equal(counts, 10)


def test_regression_on_a_line_can_be_solved_exactly_without_noise():
    data = make_regression(50, n_features=3, noise=0)
    with_one = np.column_stack([data.x, np.ones(50)])
    solution, *_ = np.linalg.lstsq(with_one, data.y, rcond=None)
    np.testing.assert_allclose(with_one @ solution, data.y, atol=1e-5)
    law = "x @ [" + ", ".join(f"{w:.3f}" for w in solution[:3]) + f"] + {solution[3]:.3f}"
    assert law in data.description
    assert data.class_names == ()


def test_regression_on_a_wave_is_a_sine_that_no_line_follows():
    data = make_regression(200, noise=0, shape="wave")
    np.testing.assert_allclose(data.y, np.sin(np.pi * data.x[:, 0]), atol=1e-6)
    with pytest.raises(ValueError, match=r"shape='circle'.*'line' or 'wave'"):
        make_regression(shape="circle")


@pytest.mark.parametrize(
    "make", [make_moons, make_circles, make_spirals, make_xor, make_regression]
)
def test_noise_is_a_standard_deviation_and_leaves_the_labels_alone(make):
    clean, noisy = make(4000, noise=0, seed=5), make(4000, noise=0.2, seed=5)
    if make is make_regression:
        difference = noisy.y - clean.y
    else:
        difference = noisy.x - clean.x
        np.testing.assert_array_equal(clean.y, noisy.y)
    assert difference.std() == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize("make", MAKERS)
def test_impossible_sizes_and_noise_are_refused_by_name(make):
    with pytest.raises(ValueError, match=rf"{make.__name__}\(n_samples=0\)"):
        make(0)
    keyword = "spread" if make is make_blobs else "noise"
    with pytest.raises(ValueError, match=f"{make.__name__}.*standard deviation"):
        make(**{keyword: -1})


def test_every_public_name_is_there():
    for name in datasets.__all__:
        assert hasattr(datasets, name)
