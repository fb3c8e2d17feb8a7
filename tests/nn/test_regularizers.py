import keras
import pytest

from course_utils.nn import gradcheck, regularizers

CASES = [
    (regularizers.L1(), keras.regularizers.L1()),
    (regularizers.L2(), keras.regularizers.L2()),
    (regularizers.L2(0.3), keras.regularizers.L2(0.3)),
    (regularizers.L1L2(0.1, 0.2), keras.regularizers.L1L2(0.1, 0.2)),
]


@pytest.mark.parametrize(("ours", "theirs"), CASES)
def test_value_is_that_of_keras(ours, theirs, rng):
    W = rng.normal(size=(4, 3)).astype("float32")
    assert ours(W) == pytest.approx(float(theirs(W)), rel=1e-5)


@pytest.mark.parametrize("ours", [ours for ours, _ in CASES])
def test_gradient_agrees_with_differences(ours, rng):
    W = rng.normal(size=(4, 3))
    gradcheck.check_gradient(ours, W, ours.gradient(W), "W")


def test_names_are_found_and_unknown_names_list_what_exists():
    assert regularizers.get(None) is None
    assert regularizers.get("l2").l2 == 0.01
    with pytest.raises(
        ValueError, match=r"regularizer: unknown name 'l3'. Known names: l1, l2, l1_l2"
    ):
        regularizers.get("l3")
