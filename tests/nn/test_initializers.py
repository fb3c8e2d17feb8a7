import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.nn import initializers

DRAWN = {
    "glorot_uniform": keras.initializers.GlorotUniform,
    "glorot_normal": keras.initializers.GlorotNormal,
    "he_uniform": keras.initializers.HeUniform,
    "he_normal": keras.initializers.HeNormal,
    "random_uniform": keras.initializers.RandomUniform,
    "random_normal": keras.initializers.RandomNormal,
}
SHAPES = [(300, 200), (3, 3, 40, 60)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", DRAWN)
def test_mean_variance_and_range_are_those_of_keras(name, shape):
    ours = initializers.get(name)(shape, rng=0)
    theirs = np.asarray(DRAWN[name](seed=0)(shape))
    assert ours.shape == shape
    assert ours.dtype == np.float32
    assert abs(ours.mean()) < 5 * ours.std() / np.sqrt(ours.size)
    # The variance of n numbers has a relative error of about sqrt(2 / n); Keras' has one as well.
    assert ours.var() == pytest.approx(theirs.var(), rel=8 * np.sqrt(2 / ours.size))
    tails = 0.2 if name == "random_normal" else 0.02  # the largest of many normal numbers varies
    assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=tails)


@pytest.mark.parametrize(("name", "fan_count"), [("glorot", "both"), ("he", "in")])
@pytest.mark.parametrize("kind", ["uniform", "normal"])
def test_variance_is_two_over_the_fans(name, fan_count, kind):
    W = initializers.get(f"{name}_{kind}")((400, 100), rng=1)
    fans = 250 if fan_count == "both" else 400
    expected = 1 / fans if fan_count == "both" else 2 / fans
    assert W.var() == pytest.approx(expected, rel=0.03)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_fans_are_counted_as_in_keras(shape):
    from keras.src.initializers.random_initializers import compute_fans

    assert initializers.fans(tuple(shape)) == compute_fans(tuple(shape))


def test_zeros_ones_and_constant():
    np.testing.assert_array_equal(initializers.Zeros()((2, 3)), np.zeros((2, 3)))
    np.testing.assert_array_equal(initializers.Ones()((2,)), np.ones(2))
    np.testing.assert_array_equal(initializers.Constant(0.3)((2,)), np.float32([0.3, 0.3]))


def test_a_seed_repeats_and_a_generator_goes_on():
    seeded = initializers.HeNormal(seed=4)
    np.testing.assert_array_equal(seeded((3, 2)), seeded((3, 2)))
    rng, drawn = np.random.default_rng(0), initializers.HeNormal()
    assert (drawn((3, 2), rng) != drawn((3, 2), rng)).all()


def test_unknown_names_list_what_exists():
    with pytest.raises(ValueError, match=r"initializer: unknown name 'xavier'.*glorot_uniform"):
        initializers.get("xavier")
