"""What every layer has: a name, weights with a gradient beside each, and checks of shapes."""

import operator

import numpy as np

from . import initializers
from .configuration import refuse_arguments
from .lookup import snake_case
from .seeding import generator


class Input:
    """The shape of one example, without the batch: `Input(shape=(8,))` or `Input((28, 28, 1))`."""

    def __init__(self, shape, **unknown):
        refuse_arguments(self, unknown)
        self.shape = shape_of_one("Input", shape)


class Layer:
    """What all layers share. A subclass writes `forward` and `backward`, and `build` if it learns.

    Shapes never include the batch: `input_shape` of a dense layer on 8 features is `(8,)`.
    `build(input_shape)` creates weights by `add_weight("W", shape, initializer)`, which makes the
    array `self.W` and, for the gradient of the loss with respect to it, the array `self.dW`.
    `forward(x, training)` returns y and keeps what `backward` will need.
    `backward(dy)` receives dL/dy, **fills** `self.dW` and the like in place, and returns dL/dx.

    name: unique within a model, which chooses one (`dense`, `dense_1`) if none is given.
    input_shape, input_dim: the shape of one example; `input_dim=8` is short for `input_shape=(8,)`.
    dtype: of weights and computation; default: the model's, float32.
    trainable: with False, training leaves the weights as they are; may be changed later.
    seed: for this layer's own random numbers; default: the model's generator.
    """

    needs_dx = True  # a model switches this off for its first layer: no one asks for dL/d(data)

    # Here and not only in __init__, so that a subclass that forgets super().__init__() works too.
    name = dtype = seed = input_dim = input_shape = rng = None
    built = False
    trainable = True
    weight_names = ()  # learned: each has a gradient, "W" and "dW"
    state_names = ()  # kept and saved, but not learned

    def __init__(
        self,
        name=None,
        input_shape=None,
        input_dim=None,
        dtype=None,
        trainable=True,
        seed=None,
        **unknown,
    ):
        refuse_arguments(self, unknown)
        self.name = name
        self.trainable = trainable
        self.dtype = dtype and np.dtype(dtype).name
        self.seed = seed
        self.input_dim = input_dim
        if input_dim is not None or input_shape is not None:
            self.input_shape = Input(input_dim if input_shape is None else input_shape).shape

    # What a subclass writes.

    def build(self, input_shape):
        """Create the weights for examples of `input_shape`."""

    def forward(self, x, training=False):
        raise NotImplementedError(f"{type(self).__name__} needs forward(x, training)")

    def backward(self, dy):
        raise NotImplementedError(f"{type(self).__name__} needs backward(dy)")

    def compute_output_shape(self, input_shape):
        """The shape of one output; as written here, the input's."""
        return input_shape

    def penalty(self):
        """What this layer adds to the loss."""
        return 0.0

    # What every layer can do.

    def __call__(self, x, training=False):
        """y for a batch x: builds the layer at its first call, checks the shape at every call."""
        if isinstance(x, Input):
            raise TypeError(
                f"{type(self).__name__}: a layer is called with numbers. To put layers in a row, "
                "write Sequential([Input(shape), Dense(...), ...]); for other forms use Keras"
            )
        x = np.asarray(x, dtype=self.dtype or "float32")
        if not self.built:
            self.prepare(x.shape[1:])
        self.check_input(x)
        return self.forward(x, training)

    def prepare(self, input_shape, rng=None, dtype="float32"):
        """Give the layer its generator, its dtype and its weights, unless it has them already."""
        self.name = self.name or snake_case(type(self).__name__)
        input_shape = shape_of_one(self, input_shape)
        if self.input_shape not in (None, input_shape):
            raise ValueError(
                f"{self}: {'built for' if self.built else 'declared with'} input shape "
                f"{self.input_shape}, but what comes in has shape {input_shape}"
            )
        if self.built:
            return
        self.input_shape = input_shape
        self.dtype = self.dtype or dtype
        self.rng = generator(rng if self.seed is None else self.seed)
        self.weight_names, self.state_names = [], []
        self.build(self.input_shape)
        self.built = True

    def add_weight(self, name, shape, initializer, trainable=True):
        """Create the array `self.<name>` and, if it is to be learned, `self.d<name>` beside it."""
        weight = initializers.get(initializer)(shape, self.rng, self.dtype)
        setattr(self, name, weight)
        if trainable:
            setattr(self, "d" + name, np.zeros_like(weight))
        (self.weight_names if trainable else self.state_names).append(name)

    def check_input(self, x):
        if x.shape[1:] != self.input_shape or x.ndim == 0:
            hint = ""
            if x.shape == self.input_shape:
                hint = ". For a single example, add the batch axis: x[None]"
            raise ValueError(
                f"{self}: expected x of shape {with_batch(self.input_shape)}, got {x.shape}{hint}"
            )

    @property
    def output_shape(self):
        """The shape of one output, without the batch."""
        if self.input_shape is None:
            raise ValueError(f"{self}: no output shape before the layer knows its input shape")
        return tuple(self.compute_output_shape(self.input_shape))

    @property
    def weights(self):
        """The arrays themselves, learned ones first: change them in place only."""
        return [getattr(self, name) for name in self.weight_names + self.state_names]

    @property
    def trainable_weights(self):
        """The arrays that training changes."""
        return [getattr(self, name) for name in self.weight_names] if self.trainable else []

    @property
    def non_trainable_weights(self):
        """The arrays that it does not: all of a frozen layer, and moving averages."""
        return self.weights[len(self.trainable_weights) :]

    def gradients_by_name(self):
        """{"dW": array, "db": array}: the arrays that `backward` fills."""
        return {"d" + name: getattr(self, "d" + name) for name in self.weight_names}

    def require_same_gradients(self, before):
        """Raise RuntimeError if `backward` made new arrays where it should have filled the old."""
        for name, array in self.gradients_by_name().items():
            if array is not before[name]:
                raise RuntimeError(
                    f"{self}: backward replaced the array self.{name}, so the optimizer can't see "
                    f"the gradient. Fill it in place: self.{name}[...] = ..."
                )

    def count_params(self):
        return sum(w.size for w in self.weights)

    def get_weights(self):
        """Copies of the layer's arrays, in Keras' order: kernel, bias."""
        return [w.copy() for w in self.weights]

    def set_weights(self, weights):
        """Copy arrays like those of `get_weights` into the layer's own."""
        shapes = [np.shape(w) for w in weights]
        if shapes != [w.shape for w in self.weights]:
            raise ValueError(
                f"{self}: set_weights expected arrays of shapes "
                f"{[w.shape for w in self.weights]}, got {shapes}"
                + (
                    ""
                    if self.built
                    else ". The layer has no weights before it knows its input shape"
                )
            )
        for own, new in zip(self.weights, weights, strict=True):
            own[...] = new

    def __repr__(self):
        return f"{type(self).__name__} {self.name!r}"


def shape_of_one(owner, shape):
    """The shape of one example as a tuple of whole numbers above 0; 8 is short for (8,)."""
    sizes = tuple(shape) if isinstance(shape, tuple | list) else (shape,)
    if not all(hasattr(size, "__index__") and size > 0 for size in sizes):
        raise ValueError(
            f"{owner}: expected a shape of whole numbers above 0, without the batch, got {sizes}"
        )
    return tuple(map(operator.index, sizes))


def with_batch(shape):
    """(8,) -> '(batch, 8)'."""
    return "(" + ", ".join(["batch", *map(str, shape)]) + ("" if shape else ",") + ")"
