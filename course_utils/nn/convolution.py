"""Layers for images and series: a small dense layer that visits every place, and pooling."""

import math

import numpy as np

from . import activations, initializers, regularizers
from .layer import Layer
from .numbers import positive_integer


class WindowLayer(Layer):
    """Shared by convolution and pooling: how a window moves over the places of x.

    x: (batch, height, width, channels), or (batch, length, channels) where `place_axes` is 1.
    With padding "valid" the window stays inside; with "same" x gets a border, so that stride 1
    keeps its size. An odd border is thicker at the end (bottom and right), as in Keras.
    """

    place_axes = 2
    border = 0.0  # what the border is made of

    def set_window(self, size, strides, padding):
        self.size, self.steps = size, strides
        if padding not in ("valid", "same"):
            raise ValueError(
                f'{type(self).__name__}: expected padding "valid" or "same", got {padding!r}'
            )
        self.padding = padding

    def along_each(self, argument, value):
        """3 -> (3, 3), for two axes; (3, 2) stays."""
        sizes = tuple(value) if isinstance(value, tuple | list) else (value,) * self.place_axes
        if len(sizes) != self.place_axes:
            count = "one whole number" + (" or two" if self.place_axes == 2 else "")
            raise ValueError(f"{type(self).__name__}: {argument}: expected {count}, got {value!r}")
        return tuple(positive_integer(type(self).__name__, argument, size) for size in sizes)

    def output_size(self, length, axis):
        """Places along one axis: (length - size) // step + 1; with border ceil(length / step)."""
        if self.padding == "same":
            return -(-length // self.steps[axis])
        return (length - self.size[axis]) // self.steps[axis] + 1

    def output_places(self, input_shape):
        return tuple(self.output_size(n, axis) for axis, n in enumerate(input_shape[:-1]))

    def check_places(self, input_shape):
        if len(input_shape) != self.place_axes + 1:
            axes, what = (
                ("height, width", "gray picture")
                if self.place_axes == 2
                else ("length", "series of single numbers")
            )
            raise ValueError(
                f"{self}: expected x of shape (batch, {axes}, channels), "
                f"got one example of shape {input_shape}. A {what} has one channel: x[..., None]"
            )
        if min(self.output_places(input_shape)) < 1:
            raise ValueError(
                f"{self}: a window of {self.size} does not fit into a place of {input_shape[:-1]}"
            )

    def margins(self):
        """Border before and after, along each axis: ((top, bottom), (left, right))."""
        if self.padding == "valid":
            return ((0, 0),) * self.place_axes
        both = []
        for axis, length in enumerate(self.input_shape[:-1]):
            last = (self.output_size(length, axis) - 1) * self.steps[axis] + self.size[axis]
            missing = max(last - length, 0)
            both.append((missing // 2, missing - missing // 2))
        return tuple(both)

    def windows(self, x):
        """A view (batch, out_height, out_width, channels, size, size): every window, no copy."""
        if self.padding == "same":
            x = np.pad(x, ((0, 0), *self.margins(), (0, 0)), constant_values=self.border)
        axes = tuple(range(1, 1 + self.place_axes))
        every = np.lib.stride_tricks.sliding_window_view(x, self.size, axis=axes)
        return every[:, *(slice(None, None, step) for step in self.steps)]

    def add_windows(self, windows):
        """The transpose of `windows`: what lies in each window goes back to its place and adds up.

        windows: (batch, out_height, out_width, channels, size, size) -> like x. One pass for every
        position inside the window, because all windows' entries at that position are a plain slice.
        """
        *lengths, channels = self.input_shape
        margins = self.margins()
        padded = [n + before + after for n, (before, after) in zip(lengths, margins, strict=True)]
        dx = np.zeros((len(windows), *padded, channels), windows.dtype)
        ends = [n * step for n, step in zip(windows.shape[1:], self.steps, strict=False)]
        for position in np.ndindex(self.size):
            starts = zip(position, ends, self.steps, strict=True)
            places = [slice(start, start + end, step) for start, end, step in starts]
            dx[:, *places] += windows[..., *position]
        inside = zip(lengths, margins, strict=True)
        return dx[:, *(slice(before, before + n) for n, (before, _) in inside)]


class Convolution(WindowLayer):
    """The same small kernel at every place: y = f(window · W + b). See `Conv2D`."""

    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        activation=None,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.filters = positive_integer(type(self).__name__, "filters", filters)
        self.kernel_size = self.along_each("kernel_size", kernel_size)
        self.strides = self.along_each("strides", strides)
        self.set_window(self.kernel_size, self.strides, padding)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)

    def build(self, input_shape):
        self.check_places(input_shape)
        shape = (*self.kernel_size, input_shape[-1], self.filters)
        self.add_weight("W", shape, self.kernel_initializer)
        self.b = 0.0
        if self.use_bias:
            self.add_weight("b", (self.filters,), self.bias_initializer)

    def compute_output_shape(self, input_shape):
        return (*self.output_places(input_shape), self.filters)

    def forward(self, x, training=False):
        """Every window becomes a row, and then this is a dense layer: z = rows W + b.

        rows: (batch·out_height·out_width, size·size·channels).
        """
        windows = np.moveaxis(self.windows(x), 1 + self.place_axes, -1)  # in the order of W's axes
        self.places = windows.shape[: 1 + self.place_axes]
        self.rows = windows.reshape(-1, self.W[..., 0].size)
        z = self.rows @ self.W.reshape(-1, self.filters) + self.b
        self.z = z.reshape(*self.places, self.filters)
        self.y = self.activation(self.z)
        return self.y

    def backward(self, dy):
        """dz = dy f'(z), and then back through the convolution."""
        return self.backward_from_z(self.activation.backward(dy, self.z, self.y))

    def backward_from_z(self, dz):
        """As in a dense layer: dW = rowsᵀ dz, db = Σ dz, drows = dz Wᵀ.

        A pixel lies in several windows, so dx adds up what each window's row sends back to it.
        """
        dz = dz.reshape(-1, self.filters)
        self.dW[...] = (self.rows.T @ dz).reshape(self.W.shape)
        if self.use_bias:
            dz.sum(axis=0, out=self.db)
        if self.kernel_regularizer:
            self.dW += self.kernel_regularizer.gradient(self.W)
        if not self.needs_dx:
            return None
        drows = dz @ self.W.reshape(-1, self.filters).T
        windows = drows.reshape(*self.places, *self.W.shape[:-1])
        return self.add_windows(np.moveaxis(windows, -1, 1 + self.place_axes))

    def penalty(self):
        return self.kernel_regularizer(self.W) if self.kernel_regularizer else 0.0


class Conv2D(Convolution):
    """The same small kernel at every place of an image: y = f(window · W + b).

    x: (batch, height, width, channels), W: (size, size, channels, filters), b: (filters,),
    y: (batch, out_height, out_width, filters). LeCun and others, 1989.
    """


class Conv1D(Convolution):
    """The same along a series. x: (batch, length, channels), W: (size, channels, filters)."""

    place_axes = 1


class DepthwiseConv2D(WindowLayer):
    """One small kernel for each channel, and no mixing of channels. Chollet, 2017.

    x, y: as for `Conv2D`, with as many filters as channels. W: (size, size, channels, 1).
    """

    def __init__(
        self, kernel_size, strides=1, padding="valid", activation=None, use_bias=True, **kwargs
    ):
        super().__init__(**kwargs)
        self.kernel_size = self.along_each("kernel_size", kernel_size)
        self.strides = self.along_each("strides", strides)
        self.set_window(self.kernel_size, self.strides, padding)
        self.activation = activations.get(activation)
        self.use_bias = use_bias

    def build(self, input_shape):
        self.check_places(input_shape)
        self.add_weight("W", (*self.kernel_size, input_shape[-1], 1), "glorot_uniform")
        self.b = 0.0
        if self.use_bias:
            self.add_weight("b", input_shape[-1:], "zeros")

    def compute_output_shape(self, input_shape):
        return (*self.output_places(input_shape), input_shape[-1])

    def forward(self, x, training=False):
        """z = Σ over the window of x W. n: examples, p, q: places, c: channels, i, j: window."""
        self.seen = self.windows(x)
        self.z = np.einsum("npqcij,ijc->npqc", self.seen, self.W[..., 0]) + self.b
        self.y = self.activation(self.z)
        return self.y

    def backward(self, dy):
        return self.backward_from_z(self.activation.backward(dy, self.z, self.y))

    def backward_from_z(self, dz):
        """z sums products x W: each factor gets dz times the other, added up where it is used."""
        self.dW[..., 0] = np.einsum("npqcij,npqc->ijc", self.seen, dz)
        if self.use_bias:
            dz.sum(axis=(0, 1, 2), out=self.db)
        return self.add_windows(np.einsum("npqc,ijc->npqcij", dz, self.W[..., 0]))


class Pooling(WindowLayer):
    """One number for every window, channel by channel.

    x: (batch, height, width, channels) -> (batch, out_height, out_width, channels).
    `strides` defaults to the size of the window, so that windows touch but do not overlap.
    """

    def __init__(self, pool_size=2, strides=None, padding="valid", **kwargs):
        super().__init__(**kwargs)
        self.pool_size = self.along_each("pool_size", pool_size)
        self.strides = self.pool_size if strides is None else self.along_each("strides", strides)
        self.set_window(self.pool_size, self.strides, padding)

    def build(self, input_shape):
        self.check_places(input_shape)

    def compute_output_shape(self, input_shape):
        return (*self.output_places(input_shape), input_shape[-1])

    def flat_windows(self, x):
        """(batch, out_height, out_width, channels, size·size)."""
        windows = self.windows(x)
        return windows.reshape(*windows.shape[: 2 + self.place_axes], -1)


class MaxPooling2D(Pooling):
    """The largest entry of every window. Shapes and arguments: see `Pooling`."""

    border = -np.inf  # never the largest

    def forward(self, x, training=False):
        flat = self.flat_windows(x)
        self.winner = flat.argmax(axis=-1)[..., None]  # the first, where several are equal
        return np.take_along_axis(flat, self.winner, axis=-1)[..., 0]

    def backward(self, dy):
        """The output is a copy of the winner, so all of dy goes to it and none elsewhere."""
        windows = np.zeros((*dy.shape, math.prod(self.size)), dy.dtype)
        np.put_along_axis(windows, self.winner, dy[..., None], axis=-1)
        return self.add_windows(windows.reshape(*dy.shape, *self.size))


class MaxPooling1D(MaxPooling2D):
    """The same along a series: (batch, length, channels) -> (batch, out_length, channels)."""

    place_axes = 1


class AveragePooling2D(Pooling):
    """The mean of every window, without the border. Shapes and arguments: see `Pooling`."""

    def forward(self, x, training=False):
        self.count = self.flat_windows(np.ones_like(x[:1])).sum(axis=-1)  # fewer at the border
        return self.flat_windows(x).sum(axis=-1) / self.count

    def backward(self, dy):
        """Each of `count` entries has a share of 1 / count in the mean."""
        share = (dy / self.count)[..., *(None for _ in self.size)]
        return self.add_windows(np.broadcast_to(share, (*dy.shape, *self.size)))


class GlobalPooling(Layer):
    """One number for each channel, over all places: (batch, height, width, c) -> (batch, c)."""

    place_axes = 2

    def build(self, input_shape):
        if len(input_shape) != self.place_axes + 1:
            axes = "height, width" if self.place_axes == 2 else "length"
            raise ValueError(
                f"{self}: expected x of shape (batch, {axes}, channels), "
                f"got one example of shape {input_shape}"
            )

    def compute_output_shape(self, input_shape):
        return input_shape[-1:]

    def at_every_place(self, values):
        """(batch, channels) -> an array that broadcasts to x."""
        return values.reshape(len(values), *(1,) * self.place_axes, -1)


class GlobalAveragePooling2D(GlobalPooling):
    """The mean over all places: (batch, height, width, channels) -> (batch, channels)."""

    def forward(self, x, training=False):
        return x.reshape(len(x), -1, x.shape[-1]).mean(axis=1)

    def backward(self, dy):
        """Each place has a share of 1 / places in the mean."""
        share = self.at_every_place(dy) / math.prod(self.input_shape[:-1])
        return np.broadcast_to(share, (len(dy), *self.input_shape))


class GlobalAveragePooling1D(GlobalAveragePooling2D):
    """The mean over a series: (batch, length, channels) -> (batch, channels)."""

    place_axes = 1


class GlobalMaxPooling2D(GlobalPooling):
    """The largest over all places: (batch, height, width, channels) -> (batch, channels)."""

    def forward(self, x, training=False):
        y = x.reshape(len(x), -1, x.shape[-1]).max(axis=1)
        self.winners = x == self.at_every_place(y)
        return y

    def backward(self, dy):
        """The output is a copy of the winner, so dy goes there; equal winners share it evenly."""
        places = tuple(range(1, 1 + self.place_axes))
        count = self.winners.sum(axis=places, keepdims=True).astype(dy.dtype)
        return self.winners * (self.at_every_place(dy) / count)


class GlobalMaxPooling1D(GlobalMaxPooling2D):
    """The largest over a series: (batch, length, channels) -> (batch, channels)."""

    place_axes = 1
