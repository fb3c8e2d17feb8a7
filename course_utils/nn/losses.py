"""Losses: how wrong the outputs are, as one number, and its slope at every output."""

import numpy as np

from .activations import sigmoid, softmax
from .configuration import refuse_arguments
from .left_out import look_up as __getattr__  # noqa: F401
from .lookup import find
from .numbers import floating, number_between, single, whole

EPSILON = 1e-7  # probabilities are kept this far from 0 and 1, as in Keras: logs stay finite


class Loss:
    """`loss(y_true, y_pred)` is a float: the mean over examples (and outputs).

    `loss.gradient(y_true, y_pred)` is its derivative with respect to y_pred, of y_pred's shape.
    A subclass writes `per_example` and `slope`; `match` has made the shapes fit before.
    sample_weight: (batch,), how much each example counts. As in Keras the mean is over their
    number, not over the sum of the weights.
    """

    link = None  # cross-entropies: the activation that makes probabilities from logits

    def __init__(self, **unknown):
        refuse_arguments(self, unknown)

    def __call__(self, y_true, y_pred, sample_weight=None):
        return mean(weighted(self.each(y_true, y_pred), sample_weight))

    def each(self, y_true, y_pred):
        """The losses before the mean: (batch, ...)."""
        y_pred = single(y_pred)
        return self.per_example(self.match(y_true, y_pred.shape, y_pred.dtype), y_pred)

    def gradient(self, y_true, y_pred, sample_weight=None):
        y_pred = floating(y_pred)
        y_true = self.match(y_true, y_pred.shape, y_pred.dtype)
        slope = weighted(self.slope(y_true, single(y_pred)), sample_weight)
        return slope.astype(y_pred.dtype, copy=False)

    def per_example(self, y_true, y_pred):
        raise NotImplementedError(f"{type(self).__name__} needs per_example(y_true, y_pred)")

    def slope(self, y_true, y_pred):
        raise NotImplementedError(f"{type(self).__name__} needs slope(y_true, y_pred)")

    def match(self, y_true, shape, dtype):
        """y_true in the shape and dtype of y_pred; (n,) and (n, 1) are taken for each other.

        Without this, (n,) against (n, 1) would broadcast to (n, n), a mistake that makes no noise.
        """
        y_true = np.asarray(y_true, dtype=dtype)
        if y_true.shape == shape:
            return y_true
        if (*y_true.shape, 1) == shape or y_true.shape == (*shape, 1):
            return y_true.reshape(shape)
        raise ValueError(
            f"{type(self).__name__}: expected y_true of shape {shape}, like y_pred, "
            f"got {y_true.shape}{self.hint(y_true.shape, shape)}"
        )

    def hint(self, y_shape, shape):
        return ""

    def check(self, y_true):
        """Raises ValueError if targets can't be right; `fit` and `evaluate` ask once."""


class MeanSquaredError(Loss):
    """mean (ŷ - y)². y_true, y_pred: (batch, ...)."""

    def per_example(self, y_true, y_pred):
        return np.square(y_pred - y_true)

    def slope(self, y_true, y_pred):
        """d/dŷ (ŷ - y)² / n = 2 (ŷ - y) / n, n the number of entries."""
        return 2 / y_pred.size * (y_pred - y_true)


class MeanAbsoluteError(Loss):
    """mean |ŷ - y|. y_true, y_pred: (batch, ...)."""

    def per_example(self, y_true, y_pred):
        return np.abs(y_pred - y_true)

    def slope(self, y_true, y_pred):
        """d/dŷ |ŷ - y| / n = sign(ŷ - y) / n: the same pull, however far."""
        return np.sign(y_pred - y_true) / y_pred.size


class Huber(Loss):
    """Squared up to an error of `delta`, straight beyond it: outliers pull with a bounded force.

    e = |ŷ - y|: e²/2 where e ≤ delta, else delta e - delta²/2. Huber, 1964.
    """

    def __init__(self, delta=1.0, **unknown):
        super().__init__(**unknown)
        self.delta = number_between("Huber", "delta", delta)

    def per_example(self, y_true, y_pred):
        e = np.abs(y_pred - y_true)
        return np.where(e <= self.delta, e * e / 2, self.delta * e - self.delta**2 / 2)

    def slope(self, y_true, y_pred):
        """The error itself, cut off at ±delta, over n."""
        return np.clip(y_pred - y_true, -self.delta, self.delta) / y_pred.size


class CrossEntropy(Loss):
    """-log of the probability that the model gave to what happened.

    y_pred holds probabilities, or with `from_logits=True` the logits z, before sigmoid or softmax.
    From logits it is exact at any size, and the slope is short: p - y. A model that ends in sigmoid
    or softmax is therefore trained from its logits even if `from_logits` is False, as in Keras.
    """

    def __init__(self, from_logits=False, **unknown):
        super().__init__(**unknown)
        self.from_logits = from_logits

    def aim(self, y_true):
        """What the outputs are to become; as written here, the targets."""
        return y_true

    def per_example(self, y_true, y_pred):
        of = self.of_logits if self.from_logits else self.of_probabilities
        return of(self.aim(y_true), y_pred)

    def slope(self, y_true, y_pred):
        if self.from_logits:
            return self.logit_slope(self.aim(y_true), self.link(y_pred))
        return self.probability_slope(self.aim(y_true), y_pred)


class SmoothedCrossEntropy(CrossEntropy):
    """With `label_smoothing` s, targets go a share s of the way to "all classes alike".

    y (1 - s) + s / classes: a 1 becomes less than sure. Szegedy and others, 2016.
    """

    def __init__(self, from_logits=False, label_smoothing=0.0, **unknown):
        super().__init__(from_logits, **unknown)
        name = type(self).__name__
        self.label_smoothing = number_between(name, "label_smoothing", label_smoothing, 0, 1)

    def aim(self, y_true):
        if not self.label_smoothing:
            return y_true
        return y_true * (1 - self.label_smoothing) + self.label_smoothing / self.classes(y_true)


class BinaryCrossentropy(SmoothedCrossEntropy):
    """Two classes, one output p = P(y = 1). y_true: 0 or 1 (or between), y_pred: (batch, ...)."""

    link = sigmoid

    def classes(self, y):
        return 2

    def of_logits(self, y, z):
        """-y log σ(z) - (1 - y) log(1 - σ(z)) = log(1 + eᶻ) - y z, so that no e overflows."""
        return np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))

    def logit_slope(self, y, p):
        """d/dz (log(1 + eᶻ) - y z) = σ(z) - y = p - y, over n."""
        return (p - y) / p.size

    def of_probabilities(self, y, p):
        p = np.clip(p, EPSILON, 1 - EPSILON)
        return -y * np.log(p) - (1 - y) * np.log(1 - p)

    def probability_slope(self, y, p):
        """-y/p + (1 - y)/(1 - p) = (p - y) / (p (1 - p)), over n; flat where p was clipped."""
        inside = np.clip(p, EPSILON, 1 - EPSILON)
        return (inside - y) / (inside * (1 - inside)) * (p == inside) / p.size

    def check(self, y_true):
        if np.size(y_true) and not 0 <= np.min(y_true) <= np.max(y_true) <= 1:
            raise ValueError(
                "BinaryCrossentropy: expected targets from 0 to 1, "
                f"got some from {np.min(y_true)} to {np.max(y_true)}"
            )


class CategoricalCrossentropy(SmoothedCrossEntropy):
    """One class of several, targets one-hot. y_true, y_pred: (batch, classes)."""

    link = softmax

    def classes(self, y):
        return y.shape[-1]

    def of_logits(self, y, z):
        """-Σ y log softmax(z)."""
        return -(y * log_softmax(z)).sum(axis=-1)

    def logit_slope(self, y, p):
        """L = -Σ_j y_j (z_j - log Σ_k e^(z_k)) and Σ y = 1, so dL/dz = p - y, over the examples."""
        return (p - y) / examples(p)

    def of_probabilities(self, y, p):
        """Rows are first divided by their sum, as in Keras."""
        p = p / p.sum(axis=-1, keepdims=True)
        return -(y * np.log(np.clip(p, EPSILON, 1 - EPSILON))).sum(axis=-1)

    def probability_slope(self, y, p):
        """With q = p / Σp:  dL/dq = -y/q, and back through the division dp = (dq - Σ dq q) / Σp."""
        total = p.sum(axis=-1, keepdims=True)
        q = p / total
        inside = np.clip(q, EPSILON, 1 - EPSILON)
        dq = -y / inside * (q == inside)
        return (dq - (dq * q).sum(axis=-1, keepdims=True)) / total / examples(p)

    def hint(self, y_shape, shape):
        if y_shape == shape[:-1] or y_shape == (*shape[:-1], 1):
            return ". For whole-number labels use sparse_categorical_crossentropy"
        return ""


class SparseCategoricalCrossentropy(CrossEntropy):
    """One class of several, targets whole numbers. y_true: (batch,), y_pred: (batch, classes)."""

    link = softmax

    def match(self, y_true, shape, dtype):
        labels = np.asarray(y_true)
        if labels.shape == (*shape[:-1], 1):
            labels = labels.reshape(shape[:-1])
        if labels.shape != shape[:-1]:
            one_hot = ". For one-hot targets use categorical_crossentropy"
            raise ValueError(
                f"SparseCategoricalCrossentropy: expected y_true of shape {shape[:-1]} for y_pred "
                f"of shape {shape}, got {labels.shape}{one_hot if labels.shape == shape else ''}"
            )
        labels = whole("SparseCategoricalCrossentropy: expected whole-number labels", labels)
        if labels.size and not 0 <= labels.min() <= labels.max() < shape[-1]:
            raise ValueError(
                f"SparseCategoricalCrossentropy: expected labels from 0 to {shape[-1] - 1}, "
                f"one for each of {shape[-1]} outputs, got {labels.min()} to {labels.max()}"
            )
        return labels

    def of_logits(self, labels, z):
        """-log softmax(z) at the label."""
        return -at_labels(log_softmax(z), labels)

    def logit_slope(self, labels, p):
        """p - y, where y is one-hot: one less at the label. Over the examples."""
        dz = p / examples(p)
        flat = dz.reshape(-1, p.shape[-1])
        flat[np.arange(len(flat)), labels.ravel()] -= 1 / examples(p)
        return dz

    def of_probabilities(self, labels, p):
        """Clipped and then divided by the sum of the row, as in Keras."""
        p = np.clip(p, EPSILON, 1 - EPSILON)
        return np.log(p.sum(axis=-1)) - np.log(at_labels(p, labels))

    def probability_slope(self, labels, p):
        """L = log Σ_k p_k - log p_label: 1/Σp everywhere, and -1/p at the label."""
        inside = np.clip(p, EPSILON, 1 - EPSILON)
        one_hot = np.arange(p.shape[-1]) == labels[..., None]
        slope = 1 / inside.sum(axis=-1, keepdims=True) - one_hot / inside
        return (slope * (p == inside)).astype(p.dtype) / examples(p)


def mean(values):
    """The mean as a float; for a batch of 32 in half the time of `values.mean()`."""
    return float(values.sum()) / values.size


def weighted(values, sample_weight):
    """values: (batch, ...), each example's times its weight: (batch,), or None for all alike."""
    if sample_weight is None:
        return values
    w = np.asarray(sample_weight, values.dtype)
    if w.shape != values.shape[:1]:
        raise ValueError(
            f"sample_weight: expected shape {values.shape[:1]}, one for each example, got {w.shape}"
        )
    return values * w.reshape(-1, *(1 for _ in values.shape[1:]))


def log_softmax(z):
    """log(e^(z_j) / Σ e^(z_k)) over the last axis, without ever taking e of a large number."""
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def at_labels(values, labels):
    """values: (..., classes), labels: (...) -> (...): the value at each label."""
    flat = values.reshape(-1, values.shape[-1])
    return flat[np.arange(len(flat)), labels.ravel()].reshape(labels.shape)


def examples(p):
    """The number of rows: everything but the classes."""
    return p.size // p.shape[-1]


NAMES = {
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
    "mean_absolute_error": MeanAbsoluteError,
    "mae": MeanAbsoluteError,
    "huber": Huber,
    "binary_crossentropy": BinaryCrossentropy,
    "bce": BinaryCrossentropy,
    "categorical_crossentropy": CategoricalCrossentropy,
    "cce": CategoricalCrossentropy,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
}


def get(loss):
    """The loss for a Keras name, or an object with `gradient(y_true, y_pred)`."""
    if hasattr(loss, "gradient") and not isinstance(loss, type):
        return loss
    return find("loss", loss, NAMES)()
