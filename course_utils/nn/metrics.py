"""Metrics: numbers for people. Each adds up over batches; the loss is what training looks at."""

from functools import partial

import numpy as np

from .lookup import find


class Metric:
    """Keras' interface: `update_state(y_true, y_pred)`, `result()`, `reset_state()`.

    y_pred: (batch, ...), the outputs of the model; y_true: the targets, (n,) or (n, 1) alike.
    """

    default_name = None

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
        return y_pred.argmax(axis=-1) == y_true.reshape(y_pred.shape[:-1])


class Precision(Metric):
    """Of those called positive (y_pred > threshold), the share that is: TP / (TP + FP)."""

    default_name = "precision"

    def __init__(self, name=None, threshold=0.5):
        super().__init__(name)
        self.threshold = threshold

    def reset_state(self):
        self.hits = self.called = self.positives = 0

    def update_state(self, y_true, y_pred):
        called = np.asarray(y_pred) > self.threshold
        positive = like(np.asarray(y_true), called).astype(bool)
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

    def __init__(self, name=None, num_thresholds=200):
        self.num_thresholds = num_thresholds
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
        positive = like(np.asarray(y_true), y_pred).ravel().astype(int)
        np.add.at(self.counts, (positive, exceeded), 1)

    def result(self):
        # Column i: how many exceed threshold i.
        exceeding = self.counts[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
        negatives, positives = np.maximum(self.counts.sum(axis=1), 1)
        false_rate, true_rate = exceeding[0] / negatives, exceeding[1] / positives
        return float(
            np.sum((false_rate[:-1] - false_rate[1:]) * (true_rate[:-1] + true_rate[1:]) / 2)
        )


def like(y_true, y_pred):
    """y_true in y_pred's shape, so that (n,) against (n, 1) can't broadcast to (n, n)."""
    return y_true if y_true.shape == y_pred.shape else y_true.reshape(y_pred.shape)


def accuracy_for(y_shape, output_shape):
    """The accuracy that "accuracy" means for these shapes (examples first), as in Keras."""
    if output_shape[-1] == 1:
        return BinaryAccuracy("accuracy")
    if y_shape == output_shape:
        return CategoricalAccuracy("accuracy")
    return SparseCategoricalAccuracy("accuracy")


NAMES = {
    "binary_accuracy": BinaryAccuracy,
    "categorical_accuracy": CategoricalAccuracy,
    "sparse_categorical_accuracy": SparseCategoricalAccuracy,
    "precision": Precision,
    "recall": Recall,
    "auc": AUC,
}


def get(metric, y_shape, output_shape):
    """The metric for a Keras name ("accuracy" depends on the shapes), or the object itself."""
    if hasattr(metric, "update_state") and not isinstance(metric, type):
        return metric
    names = {"accuracy": None, "acc": None, **NAMES}
    return (find("metric", metric, names) or partial(accuracy_for, y_shape, output_shape))()
