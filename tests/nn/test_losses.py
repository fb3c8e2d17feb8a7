import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.nn import gradcheck, losses

CASES = [
    (losses.MeanSquaredError(), keras.losses.MeanSquaredError(), "numbers"),
    (losses.MeanAbsoluteError(), keras.losses.MeanAbsoluteError(), "numbers"),
    (losses.Huber(), keras.losses.Huber(), "numbers"),
    (losses.Huber(0.3), keras.losses.Huber(delta=0.3), "numbers"),
    (losses.BinaryCrossentropy(), keras.losses.BinaryCrossentropy(), "binary"),
    (losses.BinaryCrossentropy(True), keras.losses.BinaryCrossentropy(True), "binary logits"),
    (losses.CategoricalCrossentropy(), keras.losses.CategoricalCrossentropy(), "one-hot"),
    (
        losses.CategoricalCrossentropy(True),
        keras.losses.CategoricalCrossentropy(True),
        "one-hot logits",
    ),
    (
        losses.SparseCategoricalCrossentropy(),
        keras.losses.SparseCategoricalCrossentropy(),
        "labels",
    ),
    (
        losses.SparseCategoricalCrossentropy(True),
        keras.losses.SparseCategoricalCrossentropy(True),
        "labels logits",
    ),
]
OURS = [(ours, kind) for ours, _, kind in CASES]


def example(kind, rng, batch=6, outputs=4):
    """Targets and outputs of the kind that a loss expects, in float64."""
    z = rng.normal(size=(batch, outputs))
    labels = rng.integers(0, outputs, batch)
    target = {
        "numbers": rng.normal(size=(batch, outputs)),
        "binary": rng.integers(0, 2, (batch, outputs)).astype(float),
        "one-hot": np.eye(outputs)[labels],
        "labels": labels,
    }[kind.removesuffix(" logits")]
    if kind == "binary":
        return target, 1 / (1 + np.exp(-z))
    if kind in ("one-hot", "labels"):
        return target, np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return target, z


@pytest.mark.parametrize(("ours", "theirs", "kind"), CASES)
@pytest.mark.parametrize("batch", [1, 6])
def test_value_and_gradient_are_those_of_keras(ours, theirs, kind, batch, tape_gradient, rng):
    y, y_pred = example(kind, rng, batch)
    y_pred = y_pred.astype("float32")
    value, (gradient,) = tape_gradient(lambda p: theirs(y, p), y_pred, np.float32(1))
    assert ours(y, y_pred) == pytest.approx(float(value), rel=1e-5)
    assert ours.gradient(y, y_pred).dtype == np.float32
    np.testing.assert_allclose(ours.gradient(y, y_pred), gradient, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(("loss", "theirs", "kind"), CASES)
def test_probabilities_that_do_not_sum_to_one_are_treated_as_in_keras(
    loss, theirs, kind, tape_gradient, rng
):
    if "logits" in kind or kind == "numbers":
        return
    y, y_pred = example(kind, rng)
    y_pred = (0.7 * y_pred).astype("float32")
    value, (gradient,) = tape_gradient(lambda p: theirs(y, p), y_pred, np.float32(1))
    assert loss(y, y_pred) == pytest.approx(float(value), rel=1e-5)
    np.testing.assert_allclose(loss.gradient(y, y_pred), gradient, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("loss", "theirs", "target"),
    [
        (*CASES[4][:2], [[1.0, 0.0]]),
        (*CASES[6][:2], [[1.0, 0.0]]),
        (*CASES[8][:2], [0]),
    ],
)
@pytest.mark.parametrize("p", [[0.0, 1.0], [1.0, 0.0], [0.4, 0.6]])
def test_where_probabilities_are_clipped_the_slope_is_keras(loss, theirs, target, p, tape_gradient):
    y, y_pred = np.array(target), np.array([p], dtype="float32")
    value, (gradient,) = tape_gradient(lambda p: theirs(y, p), y_pred, np.float32(1))
    assert loss(y, y_pred) == pytest.approx(float(value), rel=1e-5, abs=1e-6)
    np.testing.assert_allclose(loss.gradient(y, y_pred), gradient, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(("loss", "kind"), OURS)
@given(batch=st.integers(1, 5), outputs=st.integers(1, 5), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_gradient_agrees_with_differences(loss, kind, batch, outputs, seed):
    y, y_pred = example(kind, np.random.default_rng(seed), batch, outputs)
    if kind.removesuffix(" logits") in ("one-hot", "labels") and outputs == 1:
        outputs = 2  # softmax over one class is 1, at the edge of the clipping
        y, y_pred = example(kind, np.random.default_rng(seed), batch, outputs)
    gradcheck.check_loss(loss, y, y_pred, tolerance=1e-5)


@pytest.mark.parametrize(("loss", "kind"), [c for c in OURS if "logits" in c[1]])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.filterwarnings("error")
def test_confidently_wrong_logits_cost_their_size(loss, kind, dtype):
    z = np.array([[-1000.0, 1000.0]], dtype)
    wrong = {"binary logits": [[1, 0]], "one-hot logits": [[1, 0]], "labels logits": [0]}[kind]
    cost = {"binary logits": 1000, "one-hot logits": 2000, "labels logits": 2000}[kind]
    assert loss(np.array(wrong), z) == cost
    assert np.isfinite(loss.gradient(np.array(wrong), z)).all()


@pytest.mark.parametrize(("loss", "kind"), [c for c in OURS if c[1] in ("binary", "one-hot")])
@pytest.mark.filterwarnings("error")
def test_probabilities_of_zero_and_one_stay_finite(loss, kind):
    y, p = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    assert np.isfinite(loss(y, p))
    assert np.isfinite(loss.gradient(y, p)).all()


@pytest.mark.parametrize("loss", [losses.MeanSquaredError(), losses.BinaryCrossentropy()])
def test_a_column_and_a_row_of_targets_mean_the_same(loss, rng):
    y, p = rng.integers(0, 2, 5), rng.random((5, 1))
    assert loss(y, p) == loss(y[:, None], p)
    assert loss(y[:, None], p[:, 0]) == loss(y, p)
    assert loss.gradient(y, p).shape == (5, 1)


def test_shapes_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match=r"MeanSquaredError: expected y_true of shape \(5, 2\)"):
        losses.MeanSquaredError()(np.zeros(5), np.zeros((5, 2)))
    with pytest.raises(ValueError, match=r"\(5,\).*use sparse_categorical_crossentropy"):
        losses.CategoricalCrossentropy()(np.zeros(5, int), np.ones((5, 3)))
    with pytest.raises(ValueError, match=r"\(5, 3\).*use categorical_crossentropy"):
        losses.SparseCategoricalCrossentropy()(np.zeros((5, 3)), np.ones((5, 3)))


@pytest.mark.parametrize("labels", [[0, 3], [-1, 0]])
def test_labels_outside_the_classes_are_refused(labels):
    with pytest.raises(ValueError, match="expected labels from 0 to 2"):
        losses.SparseCategoricalCrossentropy()(np.array(labels), np.full((2, 3), 1 / 3))


def test_unknown_names_list_what_exists():
    assert isinstance(losses.get("MeanSquaredError"), losses.MeanSquaredError)
    with pytest.raises(ValueError, match=r"loss: unknown name 'cross'.*binary_crossentropy"):
        losses.get("cross")
    with pytest.raises(TypeError, match="loss: expected a name or an object"):
        losses.get(None)
