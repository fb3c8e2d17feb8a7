import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.nn import metrics

BINARY = [
    (metrics.BinaryAccuracy(), keras.metrics.BinaryAccuracy()),
    (metrics.BinaryAccuracy(threshold=0.3), keras.metrics.BinaryAccuracy(threshold=0.3)),
    (metrics.Precision(), keras.metrics.Precision()),
    (metrics.Precision(threshold=0.7), keras.metrics.Precision(thresholds=0.7)),
    (metrics.Recall(), keras.metrics.Recall()),
    (metrics.AUC(), keras.metrics.AUC()),
    (metrics.AUC(num_thresholds=13), keras.metrics.AUC(num_thresholds=13)),
]
CLASSES = [
    (metrics.CategoricalAccuracy(), keras.metrics.CategoricalAccuracy(), "one-hot"),
    (metrics.SparseCategoricalAccuracy(), keras.metrics.SparseCategoricalAccuracy(), "labels"),
]

KERAS_AUC = keras.metrics.AUC()  # made once: a new one costs more than a hundred updates


def assert_streams_like(ours, theirs, batches):
    ours.reset_state()
    theirs.reset_state()
    for y, y_pred in batches:
        ours.update_state(y, y_pred)
        theirs.update_state(y, y_pred)
    assert ours.result() == pytest.approx(float(theirs.result()), abs=1e-6)


@pytest.mark.parametrize(("ours", "theirs"), BINARY)
@pytest.mark.parametrize("sizes", [(1,), (7,), (32, 32, 5)])
def test_binary_metrics_add_up_over_batches_as_in_keras(ours, theirs, sizes, rng):
    batches = []
    for n in sizes:
        y = rng.integers(0, 2, (n, 1))
        y_pred = np.clip(0.3 * y + rng.random((n, 1)) * 0.8, 0, 1).astype("float32")
        batches.append((y, y_pred))
    assert_streams_like(ours, theirs, batches)


@pytest.mark.parametrize(("ours", "theirs", "kind"), CLASSES)
def test_class_accuracies_add_up_over_batches_as_in_keras(ours, theirs, kind, rng):
    batches = []
    for n in (1, 16, 5):
        labels = rng.integers(0, 3, n)
        y_pred = (np.eye(3)[labels] + rng.normal(size=(n, 3))).astype("float32")
        batches.append((np.eye(3)[labels] if kind == "one-hot" else labels, y_pred))
    assert_streams_like(ours, theirs, batches)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1, width=32)), min_size=1, max_size=30))
def test_auc_is_keras_for_any_outputs_ties_included(pairs):
    y = np.array([[truth] for truth, _ in pairs], dtype=float)
    y_pred = np.array([[p] for _, p in pairs], dtype="float32")
    KERAS_AUC.reset_state()
    KERAS_AUC.update_state(y, y_pred)
    assert metrics.AUC()(y, y_pred) == pytest.approx(float(KERAS_AUC.result()), abs=1e-5)


def test_an_output_that_equals_a_threshold_does_not_exceed_it():
    y_pred = np.arange(9, dtype="float32") / 8  # every second one is a threshold
    y = np.array([0, 1, 0, 0, 1, 1, 0, 1, 1])
    theirs = keras.metrics.AUC(num_thresholds=5)
    theirs.update_state(y, y_pred)
    assert metrics.AUC(num_thresholds=5)(y, y_pred) == pytest.approx(float(theirs.result()))


def test_auc_is_the_chance_that_a_positive_outranks_a_negative(rng):
    y = rng.integers(0, 2, 200)
    y_pred = np.clip(0.2 * y + rng.random(200) * 0.8, 0, 1)
    positive, negative = y_pred[y == 1], y_pred[y == 0]
    chance = np.mean(positive[:, None] > negative)
    assert metrics.AUC(num_thresholds=10_000)(y, y_pred) == pytest.approx(chance, abs=1e-3)


@pytest.mark.parametrize("metric", [ours for ours, _ in BINARY])
def test_a_row_and_a_column_of_targets_mean_the_same(metric, rng):
    y, y_pred = rng.integers(0, 2, 9), rng.random((9, 1))
    assert metric(y, y_pred) == metric(y[:, None], y_pred)


@pytest.mark.parametrize(
    "metric", [metrics.BinaryAccuracy(), metrics.Precision(), metrics.Recall(), metrics.AUC()]
)
def test_without_data_there_is_no_division_by_zero(metric):
    metric.reset_state()
    assert metric.result() == 0


def test_auc_refuses_logits():
    with pytest.raises(ValueError, match="AUC: expected probabilities from 0 to 1"):
        metrics.AUC()(np.array([0, 1]), np.array([-2.0, 3.0]))


@pytest.mark.parametrize(
    ("y_shape", "output_shape", "expected"),
    [
        ((9,), (9, 1), metrics.BinaryAccuracy),
        ((9, 1), (9, 1), metrics.BinaryAccuracy),
        ((9, 3), (9, 3), metrics.CategoricalAccuracy),
        ((9,), (9, 3), metrics.SparseCategoricalAccuracy),
    ],
)
def test_accuracy_is_the_one_that_fits_the_shapes(y_shape, output_shape, expected):
    metric = metrics.get("accuracy", y_shape, output_shape)
    assert type(metric) is expected
    assert metric.name == "accuracy"


def test_unknown_names_list_what_exists():
    with pytest.raises(
        ValueError, match=r"metric: unknown name 'f2'. Known names: accuracy, acc, "
    ):
        metrics.get("f2", (1,), (1, 1))
