"""Layers for images: a small dense layer that visits every place of the picture, and pooling."""

import numpy as np

from . import activations, initializers, regularizers
from .layer import Layer, positive_integer


class WindowLayer(Layer):
    """Shared by convolution and pooling: how a window moves over (batch, height, width, channels).

    With padding "valid" the window stays inside the image; with "same" the image gets a border, so
    that stride 1 keeps its size. An odd border is thicker at the bottom and right, as in Keras.
    """

    border = 0.0  # what the border is made of

    def set_window(self, size, strides, padding):
        self.size = pair("size", size)
        self.steps = pair("strides", strides)
        if padding not in ("valid", "same"):
            raise ValueError(
                f'{type(self).__name__}: expected padding "valid" or "same", got {padding!r}'
            )
        self.padding = padding

    def output_size(self, length, axis):
        """Places along one axis: (length - size) // step + 1; with border ceil(length / step)."""
        if self.padding == "same":
            return -(-length // self.steps[axis])
        return (length - self.size[axis]) // self.steps[axis] + 1

    def check_image(self, input_shape):
        if len(input_shape) != 3:
            raise ValueError(
                f"{self}: expected x of shape (batch, height, width, channels), "
                f"got one example of shape {input_shape}. "
                "A gray picture has one channel: x[..., None]"
            )
        if min(self.output_size(n, axis) for axis, n in enumerate(input_shape[:2])) < 1:
            raise ValueError(
                f"{self}: a window of {self.size} does not fit into an image of {input_shape[:2]}"
            )

    def margins(self):
        """Rows and columns of border: ((top, bottom), (left, right))."""
        if self.padding == "valid":
            return (0, 0), (0, 0)
        both = []
        for axis in (0, 1):
            length = self.input_shape[axis]
            last = (self.output_size(length, axis) - 1) * self.steps[axis] + self.size[axis]
            missing = max(last - length, 0)
            both.append((missing // 2, missing - missing // 2))
        return tuple(both)

    def windows(self, x):
        """A view (batch, out_height, out_width, channels, size, size): every window, no copy."""
        padded = x
        if self.padding == "same":
            padded = np.pad(x, ((0, 0), *self.margins(), (0, 0)), constant_values=self.border)
        every = np.lib.stride_tricks.sliding_window_view(padded, self.size, axis=(1, 2))
        return every[:, :: self.steps[0], :: self.steps[1]]

    def add_windows(self, windows):
        """The transpose of `windows`: what lies in each window goes back to its place and adds up.

        windows: (batch, out_height, out_width, channels, size, size) -> like x. One pass for every
        position inside the window, because all windows' entries at that position are a plain slice.
        """
        batch, out_h, out_w, channels = windows.shape[:4]
        (top, bottom), (left, right) = self.margins()
        height, width = self.input_shape[:2]
        dx = np.zeros((batch, height + top + bottom, width + left + right, channels), windows.dtype)
        step_h, step_w = self.steps
        for i in range(self.size[0]):
            for j in range(self.size[1]):
                rows = slice(i, i + step_h * out_h, step_h)
                columns = slice(j, j + step_w * out_w, step_w)
                dx[:, rows, columns] += windows[..., i, j]
        return dx[:, top : top + height, left : left + width]


class Conv2D(WindowLayer):
    """The same small kernel at every place of an image: y = f(window · W + b).

    x: (batch, height, width, channels), W: (size, size, channels, filters), b: (filters,),
    y: (batch, out_height, out_width, filters). LeCun and others, 1989.
    """

    def __init__(
        self,
        filters,
        kernel_size,
        strides=(1, 1),
        padding="valid",
        activation=None,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.filters = positive_integer("Conv2D", "filters", filters)
        self.kernel_size = pair("kernel_size", kernel_size)
        self.strides = pair("strides", strides)
        self.set_window(self.kernel_size, self.strides, padding)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)

    def build(self, input_shape):
        self.check_image(input_shape)
        shape = (*self.kernel_size, input_shape[-1], self.filters)
        self.add_weight("W", shape, self.kernel_initializer)
        self.b = 0.0
        if self.use_bias:
            self.add_weight("b", (self.filters,), self.bias_initializer)

    def compute_output_shape(self, input_shape):
        height, width = (self.output_size(input_shape[axis], axis) for axis in (0, 1))
        return height, width, self.filters

    def forward(self, x, training=False):
        """Every window becomes a row, and then this is a dense layer: z = rows W + b.

        rows: (batch·out_height·out_width, size·size·channels).
        """
        windows = self.windows(x).transpose(0, 1, 2, 4, 5, 3)  # in the order of W's axes
        self.places = windows.shape[:3]
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
        windows = drows.reshape(*self.places, *self.W.shape[:3])
        return self.add_windows(windows.transpose(0, 1, 2, 5, 3, 4))

    def penalty(self):
        return self.kernel_regularizer(self.W) if self.kernel_regularizer else 0.0


class MaxPooling2D(WindowLayer):
    """The largest entry of every window, channel by channel.

    x: (batch, height, width, channels) -> (batch, out_height, out_width, channels).
    `strides` defaults to the size of the window, so that windows touch but do not overlap.
    """

    border = -np.inf  # never the largest

    def __init__(self, pool_size=(2, 2), strides=None, padding="valid", **kwargs):
        super().__init__(**kwargs)
        self.pool_size = pair("pool_size", pool_size)
        self.strides = self.pool_size if strides is None else pair("strides", strides)
        self.set_window(self.pool_size, self.strides, padding)

    def build(self, input_shape):
        self.check_image(input_shape)

    def compute_output_shape(self, input_shape):
        height, width = (self.output_size(input_shape[axis], axis) for axis in (0, 1))
        return height, width, input_shape[-1]

    def forward(self, x, training=False):
        windows = self.windows(x)
        flat = windows.reshape(*windows.shape[:4], -1)
        self.winner = flat.argmax(axis=-1)[..., None]  # the first, where several are equal
        return np.take_along_axis(flat, self.winner, axis=-1)[..., 0]

    def backward(self, dy):
        """The output is a copy of the winner, so all of dy goes to it and none elsewhere."""
        windows = np.zeros((*dy.shape, self.size[0] * self.size[1]), dy.dtype)
        np.put_along_axis(windows, self.winner, dy[..., None], axis=-1)
        return self.add_windows(windows.reshape(*dy.shape, *self.size))


class GlobalAveragePooling2D(Layer):
    """The mean over all places: (batch, height, width, channels) -> (batch, channels)."""

    def build(self, input_shape):
        if len(input_shape) != 3:
            raise ValueError(
                f"{self}: expected x of shape (batch, height, width, channels), "
                f"got one example of shape {input_shape}"
            )

    def compute_output_shape(self, input_shape):
        return input_shape[-1:]

    def forward(self, x, training=False):
        return x.mean(axis=(1, 2))

    def backward(self, dy):
        """Each of height·width entries has a share of 1/(height·width) in the mean."""
        height, width, _ = self.input_shape
        share = dy[:, None, None, :] / (height * width)
        return np.broadcast_to(share, (len(dy), *self.input_shape))


def pair(argument, value):
    """3 -> (3, 3); (3, 2) -> (3, 2)."""
    both = (value, value) if np.isscalar(value) else tuple(value)
    if len(both) != 2:
        raise ValueError(f"{argument}: expected one whole number or two, got {value!r}")
    return tuple(positive_integer("image layer", argument, v) for v in both)
