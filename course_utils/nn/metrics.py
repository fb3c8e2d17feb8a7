"""Metrics: numbers for people. Each adds up over batches; the loss is what training looks at."""

import math
from functools import partial

import numpy as np

from . import losses
from .left_out import look_up as __getattr__  # noqa: F401
from .left_out import refuse_unknown
from .lookup import find, snake_case
from .numbers import positive_integer


class Metric:
    """Keras' interface: `update_state(y_true, y_pred)`, `result()`, `reset_state()`.

    y_pred: (batch, ...), the outputs of the model; y_true: the targets, (n,) or (n, 1) alike.
    larger_is_better: what callbacks such as `EarlyStopping` ask; None if the metric can't say.
    """

    default_name = None
    larger_is_better = None

    def __init__(self, name=None):
        self.name = name or self.default_name
        self.reset_state()

    def __call__(self, y_true, y_pred):
        """The metric of this batch alone."""
        self.reset_state()
        self.update_state(y_true, y_pred)
        return self.result()

    def reset_state(self):
        raise NotImplementedError(f"{type(self).__name__} needs reset_state()")

    def update_state(self, y_true, y_pred):
        raise NotImplementedError(f"{type(self).__name__} needs update_state(y_true, y_pred)")

    def result(self):
        raise NotImplementedError(f"{type(self).__name__} needs result()")


class Accuracy(Metric):
    """The share of outputs that are right; a subclass says which are, in `right`."""

    default_name = "accuracy"
    larger_is_better = True

    def reset_state(self):
        self.correct = self.total = 0

    def update_state(self, y_true, y_pred):
        right = self.right(np.asarray(y_true), np.asarray(y_pred))
        self.correct += np.count_nonzero(right)
        self.total += right.size

    def result(self):
        return float(self.correct / self.total) if self.total else 0.0

    def right(self, y_true, y_pred):
        raise NotImplementedError(f"{type(self).__name__} needs right(y_true, y_pred)")


class BinaryAccuracy(Accuracy):
    """Right where y_pred > threshold agrees with y_true of 0 or 1."""

    default_name = "binary_accuracy"

    def __init__(self, name=None, threshold=0.5):
        super().__init__(name)
        self.threshold = threshold

    def right(self, y_true, y_pred):
        return (y_pred > self.threshold) == like(y_true, y_pred)


class CategoricalAccuracy(Accuracy):
    """Right where the largest output is the largest of the one-hot target."""

    default_name = "categorical_accuracy"

    def right(self, y_true, y_pred):
        return y_pred.argmax(axis=-1) == y_true.argmax(axis=-1)


class SparseCategoricalAccuracy(Accuracy):
    """Right where the largest output is at the whole-number label."""

    default_name = "sparse_categorical_accuracy"

    def right(self, y_true, y_pred):
        return y_pred.argmax(axis=-1) == like(y_true, y_pred[..., 0])


class Precision(Metric):
    """Of those called positive (y_pred > threshold), the share that is: TP / (TP + FP)."""

    default_name = "precision"
    larger_is_better = True

    def __init__(self, name=None, threshold=0.5):
        super().__init__(name)
        self.threshold = threshold

    def reset_state(self):
        self.hits = self.called = self.positives = 0

    def update_state(self, y_true, y_pred):
        called = np.asarray(y_pred) > self.threshold
        positive = truth(self, y_true, called)
        self.hits += np.count_nonzero(called & positive)
        self.called += np.count_nonzero(called)
        self.positives += np.count_nonzero(positive)

    def result(self):
        return self.hits / self.called if self.called else 0.0


class Recall(Precision):
    """Of those that are positive, the share called so: TP / (TP + FN)."""

    default_name = "recall"

    def result(self):
        return self.hits / self.positives if self.positives else 0.0


class AUC(Metric):
    """Area under the ROC curve: how often a positive gets a larger output than a negative.

    As in Keras, the curve has a point for each of `num_thresholds` thresholds and straight lines
    between, so memory does not grow with the data. y_pred: probabilities.
    """

    default_name = "auc"
    larger_is_better = True

    def __init__(self, name=None, num_thresholds=200, **unknown):
        refuse_unknown("AUC", unknown, ["name", "num_thresholds"])
        self.num_thresholds = positive_integer("AUC", "num_thresholds", num_thresholds)
        if num_thresholds < 2:
            raise ValueError(f"AUC: expected num_thresholds of 2 or more, got {num_thresholds}")
        inner = np.arange(1, num_thresholds - 1) / (num_thresholds - 1)
        self.thresholds = np.array([-1e-7, *inner, 1 + 1e-7])  # all pass the first, none the last
        super().__init__(name)

    def reset_state(self):
        self.counts = np.zeros((2, self.num_thresholds + 1), dtype=int)

    def update_state(self, y_true, y_pred):
        """Count, for negatives and positives, how many thresholds each output exceeds."""
        y_pred = np.asarray(y_pred)
        if y_pred.size and not 0 <= y_pred.min() <= y_pred.max() <= 1:
            raise ValueError(
                "AUC: expected probabilities from 0 to 1 in y_pred, "
                f"got values from {y_pred.min()} to {y_pred.max()}"
            )
        exceeded = np.searchsorted(self.thresholds, y_pred.ravel(), side="left")
        positive = truth(self, y_true, y_pred).ravel().astype(int)
        np.add.at(self.counts, (positive, exceeded), 1)

    def result(self):
        # Column i: how many exceed threshold i.
        exceeding = self.counts[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
        negatives, positives = np.maximum(self.counts.sum(axis=1), 1)
        false_rate, true_rate = exceeding[0] / negatives, exceeding[1] / positives
        return float(
            np.sum((false_rate[:-1] - false_rate[1:]) * (true_rate[:-1] + true_rate[1:]) / 2)
        )


class MeanLoss(Metric):
    """The mean of a loss over all examples, without penalties, whatever the training minimizes."""

    larger_is_better = False

    def __init__(self, loss, name=None):
        self.loss = losses.get(loss)
        super().__init__(name or snake_case(type(self.loss).__name__))

    def reset_state(self):
        self.total, self.count = 0.0, 0

    def update_state(self, y_true, y_pred):
        each = self.loss.each(y_true, y_pred)
        self.total += float(each.sum())
        self.count += each.size

    def result(self):
        return self.total / self.count if self.count else 0.0


class MeanSquaredError(MeanLoss):
    """mean (ŷ - y)²."""

    def __init__(self, name=None):
        super().__init__("mse", name)


class MeanAbsoluteError(MeanLoss):
    """mean |ŷ - y|."""

    def __init__(self, name=None):
        super().__init__("mae", name)


class RootMeanSquaredError(MeanLoss):
    """√ mean (ŷ - y)²: the size of an error, in the unit of y."""

    def __init__(self, name=None):
        super().__init__("mse", name or "root_mean_squared_error")

    def result(self):
        return math.sqrt(super().result())


class BinaryCrossentropy(MeanLoss):
    """The mean binary cross-entropy."""

    def __init__(self, name=None, from_logits=False):
        self.from_logits = from_logits
        super().__init__(losses.BinaryCrossentropy(from_logits), name)


class CategoricalCrossentropy(MeanLoss):
    """The mean cross-entropy of one-hot targets."""

    def __init__(self, name=None, from_logits=False):
        self.from_logits = from_logits
        super().__init__(losses.CategoricalCrossentropy(from_logits), name)


class SparseCategoricalCrossentropy(MeanLoss):
    """The mean cross-entropy of whole-number labels."""

    def __init__(self, name=None, from_logits=False):
        self.from_logits = from_logits
        super().__init__(losses.SparseCategoricalCrossentropy(from_logits), name)


def like(y_true, y_pred):
    """y_true in y_pred's shape, so that (n,) against (n, 1) can't broadcast to (n, n)."""
    if y_true.shape == y_pred.shape:
        return y_true
    if (*y_true.shape, 1) == y_pred.shape or y_true.shape == (*y_pred.shape, 1):
        return y_true.reshape(y_pred.shape)
    raise ValueError(
        f"metric: expected y_true of shape {y_pred.shape}, like y_pred, got {y_true.shape}"
    )


def truth(metric, y_true, y_pred):
    """y_true in y_pred's shape, as True and False."""
    y_true = like(np.asarray(y_true), y_pred)
    positive = y_true == 1
    if not (positive | (y_true == 0)).all():
        other = y_true[~(positive | (y_true == 0))].flat[0]
        raise ValueError(
            f"{type(metric).__name__}: expected labels 0 and 1 in y_true, found {other!r}"
        )
    return positive


def accuracy_for(y_shape, output_shape, name="accuracy"):
    """The accuracy that "accuracy" means for these shapes (examples first), as in Keras."""
    if output_shape[-1] == 1:
        return BinaryAccuracy(name)
    if y_shape == output_shape:
        return CategoricalAccuracy(name)
    return SparseCategoricalAccuracy(name)


NAMES = {
    "binary_accuracy": BinaryAccuracy,
    "categorical_accuracy": CategoricalAccuracy,
    "sparse_categorical_accuracy": SparseCategoricalAccuracy,
    "precision": Precision,
    "recall": Recall,
    "auc": AUC,
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
    "mean_absolute_error": MeanAbsoluteError,
    "mae": MeanAbsoluteError,
    "root_mean_squared_error": RootMeanSquaredError,
    "binary_crossentropy": BinaryCrossentropy,
    "categorical_crossentropy": CategoricalCrossentropy,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
}


def get_all(choices, y_shape, output_shape):
    """The metrics for a list of names and objects, each under a name of its own."""
    chosen = [get(metric, y_shape, output_shape) for metric in choices]
    names = ["loss"]
    for metric in chosen:
        if metric.name in names:
            raise ValueError(
                f"metrics: there is a {metric.name!r} already; "
                f'give this one a name of its own: {type(metric).__name__}(name="...")'
            )
        names.append(metric.name)
    return chosen


def get(metric, y_shape, output_shape):
    """The metric for a Keras name ("accuracy" depends on the shapes), a loss, or the object itself.

    A metric given by name goes by that name in the logs, as in Keras.
    """
    if isinstance(metric, losses.Loss):
        return MeanLoss(metric)
    if hasattr(metric, "update_state") and not isinstance(metric, type):
        return metric
    names = {"accuracy": None, "acc": None, **NAMES}
    make = find("metric", metric, names) or partial(accuracy_for, y_shape, output_shape)
    return make(name=metric)
