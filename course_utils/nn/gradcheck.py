"""Checks a derivative against differences: nudge one number, see how the result moves."""

import numpy as np

from .layer import with_batch


class GradientMismatch(AssertionError):
    """A derivative that the differences do not confirm; the message says where."""


def numerical_gradient(f, x, h=1e-5):
    """df/dx for a function f from an array to a number: (f(x + h) - f(x - h)) / 2h, entry by entry.

    x: any shape, best float64; it is not changed. Returns float64 of x's shape.
    Central differences are off by about h² f'''/6, and by rounding about 1e-16 |f| / h.
    """
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        middle = x[index]
        x[index] = middle + h
        above = f(x.copy())
        x[index] = middle - h
        below = f(x.copy())
        x[index] = middle
        gradient[index] = (above - below) / (2 * h)
    return gradient


def check_gradient(f, x, received, argument="x", tolerance=1e-6, h=1e-5):
    """Compare `received` with the numerical gradient of f at x; returns the largest relative error.

    Raises GradientMismatch, naming the argument, the worst entry, what was received and what was
    expected, where |received - expected| > tolerance · max(1, |expected|).
    """
    received = np.asarray(received, dtype=float)
    if received.shape != np.shape(x):
        raise GradientMismatch(
            f"gradient with respect to {argument}: expected shape {np.shape(x)}, like {argument}, "
            f"received {received.shape}"
        )
    expected = numerical_gradient(f, x, h)
    if not expected.size:
        return 0.0
    error = np.abs(received - expected) / np.maximum(1, np.abs(expected))
    error = np.where(np.isnan(error), np.inf, error)
    worst = np.unravel_index(error.argmax(), error.shape)
    if error[worst] > tolerance:
        entry = f"{argument}[{', '.join(map(str, worst))}]" if worst else argument
        raise GradientMismatch(
            f"gradient with respect to {argument}, entry {entry}: "
            f"received {received[worst]:.8g}, expected {expected[worst]:.8g} by differences "
            f"({np.count_nonzero(error > tolerance)} of {error.size} entries are off)"
        )
    return float(error[worst])


def check_activation(activation, z, tolerance=1e-6, rng=0):
    """Check `activation.backward` at z, for a random dL/dy."""
    z = np.asarray(z, dtype=float)
    dy = np.random.default_rng(rng).normal(size=z.shape)
    received = activation.backward(dy, z, activation(z))
    return check_gradient(lambda z: np.sum(dy * activation(z)), z, received, "z", tolerance)


def check_loss(loss, y_true, y_pred, tolerance=1e-6):
    """Check `loss.gradient` with respect to y_pred."""
    y_pred = np.asarray(y_pred, dtype=float)
    received = loss.gradient(y_true, y_pred)
    return check_gradient(lambda p: loss(y_true, p), y_pred, received, "y_pred", tolerance)


def check_layer(layer, x, training=True, tolerance=1e-6, rng=0):
    """Check every gradient of a layer: x and all its weights, for a random dL/dy.

    The layer is built for x in float64 if it is not built yet; x: (batch, ...).
    If x holds only whole numbers, backward may return None, as that of Embedding does.
    """
    x = np.array(x, dtype=float)
    if not layer.built:
        layer.dtype = "float64"
        layer.prepare(x.shape[1:], rng)
    require_float64(layer)
    layer.needs_dx = True
    forward = repeatable(lambda x: layer.forward(x, training), [layer])
    y = forward(x)
    if y.shape != (len(x), *layer.output_shape):
        raise GradientMismatch(
            f"{layer}: forward returned shape {y.shape}, but compute_output_shape promises "
            f"{with_batch(layer.output_shape)}"
        )
    dy = np.random.default_rng(rng).normal(size=y.shape)

    def loss(x):
        return np.sum(dy * forward(x)) + layer.penalty()

    before = layer.gradients_by_name()
    dx = layer.backward(dy)
    layer.require_same_gradients(before)
    errors = [check_weight(layer, name, lambda: loss(x), tolerance) for name in layer.weight_names]
    if dx is None and (x != np.round(x)).any():
        raise GradientMismatch(f"{layer}: backward returned nothing; it should return dL/dx")
    if dx is not None:
        errors.append(check_gradient(loss, x, dx, f"x of {layer}", tolerance))
    return max(errors, default=0.0)


def check_model(model, x, y, tolerance=1e-6):
    """Check the gradient of the loss with respect to every weight of a compiled float64 model."""
    x, y, _ = model.prepare_data(x, y)
    model.prepare_training()
    for layer in model.layers:
        require_float64(layer)
    forward = repeatable(lambda: model.forward(x, training=True), model.layers)
    model.backward_from_loss(y, forward())
    return max(
        check_weight(layer, name, lambda: model.compute_loss(y, forward()), tolerance)
        for layer, name in model.weights_to_learn()
    )


def check_weight(layer, name, loss, tolerance):
    """Check `layer.d<name>`; `loss()` recomputes the loss with the layer's present weights."""
    weight = getattr(layer, name)
    received = getattr(layer, "d" + name).copy()
    original = weight.copy()

    def loss_at(values):
        weight[...] = values
        return loss()

    try:
        return check_gradient(loss_at, original, received, f"{layer.name}.{name}", tolerance)
    finally:
        weight[...] = original


def repeatable(forward, layers):
    """`forward`, made to draw the same random numbers at every call (dropout's mask)."""
    states = [layer.rng.bit_generator.state for layer in layers]

    def again(*arguments):
        for layer, state in zip(layers, states, strict=True):
            layer.rng.bit_generator.state = state
        return forward(*arguments)

    return again


def require_float64(layer):
    if layer.dtype != "float64":
        raise ValueError(
            f'{layer}: a gradient check needs dtype="float64", got {layer.dtype}: '
            "differences of float32 numbers are mostly rounding"
        )
