"""A model as one .npz file: arrays, and the rest as JSON. No pickle: loading runs no code."""

import json
import os
from pathlib import Path

import numpy as np

from . import activations, initializers, layers, losses, metrics, optimizers, regularizers
from .configuration import from_config, to_config
from .layer import Input
from .optimizers import schedules

ROOMS = {
    "activations": activations,
    "initializers": initializers,
    "layers": layers,
    "losses": losses,
    "metrics": metrics,
    "optimizers": optimizers,
    "regularizers": regularizers,
    "schedules": schedules,
}
PARTS = {"name", "dtype", "input_shape", "layers"}
SLOT = "optimizer:"  # the keys of weights have a "/", so that no layer's name can look like this


def save(model, filepath):
    """Write `model`. A compiled one keeps its optimizer's memory, and goes on where it was.

    Raises ValueError for a model without weights, TypeError for a part that JSON can't describe.
    """
    names = {thing: name for name, thing in known_classes().items()}
    config = {
        "name": model.name,
        "dtype": model.dtype,
        "input_shape": model.input_shape,
        "layers": to_config(model.layers, names),
    }
    arrays = weights_by_key(model)
    if model.optimizer is not None:
        training = [model.optimizer, model.loss, model.metric_choices]
        config["compile"] = to_config(training, names)
        config["iterations"] = model.optimizer.iterations
        for index, slots in enumerate(model.optimizer.memory):
            arrays |= {f"{SLOT}{index}:{slot}": array for slot, array in slots.items()}
    write(filepath, config, arrays)


def load(model_class, filepath, custom_objects=None):
    """The model that `save` wrote, as a `model_class`.

    Raises ValueError for a file that `save` did not write, or that names an unknown class.
    """
    classes = known_classes() | (custom_objects or {})
    config, arrays = read(filepath)
    if "layers" not in config:
        raise ValueError(
            f"{filepath} holds weights only: make the model and call its load_weights(filepath)"
        )
    model = model_class(name=config["name"], dtype=config["dtype"])
    model.add(Input(config["input_shape"]))
    for layer in from_config(config["layers"], classes):
        model.add(layer)
    for key, weight in weights_by_key(model).items():
        if key not in arrays or arrays[key].shape != weight.shape:
            found = f"an array of {arrays[key].shape}" if key in arrays else "nothing"
            raise ValueError(f"{filepath}: expected {key!r} of shape {weight.shape}, found {found}")
        weight[...] = arrays[key]
    if "compile" in config:
        optimizer, loss, metrics = from_config(config["compile"], classes)
        model.compile(optimizer, loss, metrics=metrics)
        optimizer.iterations = config["iterations"]
        for key, array in arrays.items():
            if key.startswith(SLOT):
                index, slot = key.removeprefix(SLOT).split(":")
                optimizer.memory += [{}] * (int(index) == len(optimizer.memory))
                optimizer.memory[int(index)][slot] = array
    return model


def save_weights(model, filepath):
    """Write the arrays of `model` alone."""
    write(filepath, {}, weights_by_key(model))


def load_weights(model, filepath):
    """Copy the arrays of a file of `save` or `save_weights` into `model`, in their order."""
    _, arrays = read(filepath)
    model.set_weights([array for key, array in arrays.items() if not key.startswith(SLOT)])


def write(filepath, config, arrays):
    # So a killed run leaves the old file whole; what is no path must not become a file's name.
    unfinished = Path(f"{os.fspath(filepath)}.unfinished")
    with open(unfinished, "wb") as file:
        np.savez(file, config=json.dumps(config), **arrays)
    os.replace(unfinished, filepath)


def read(filepath):
    """(config, {key: array}) of a file that `save` wrote."""
    with open(filepath, "rb") as stream:  # that it is not there, or locked, Python says well
        try:
            with np.load(stream, allow_pickle=False) as file:
                arrays = dict(file)
            config = json.loads(str(arrays.pop("config")))
            if config != {} and not (config.keys() >= PARTS and isinstance(config["layers"], list)):
                raise KeyError("layers")
            return config, arrays
        except Exception:  # in a damaged file zip, zlib, NumPy and JSON each find faults of a kind
            raise ValueError(
                f"{filepath}: not a file that `save` of this library wrote, or not all of one. "
                "What Keras has saved only Keras can load: keras.models.load_model"
            ) from None


def weights_by_key(model):
    """{"dense/W": array}, for every array of every layer."""
    if model.input_shape is None:
        raise ValueError("save: the model has no weights before it knows its input shape")
    return {
        f"{layer.name}/{name}": getattr(layer, name)
        for layer in model.layers
        for name in layer.weight_names + layer.state_names
    }


def known_classes():
    """What a file may name without help: {"layers.ReLU": ..., "activations.ReLU": ...}."""
    return {
        f"{room}.{name}": thing
        for room, module in ROOMS.items()
        for name, thing in vars(module).items()
        if isinstance(thing, type) and name == thing.__name__
    }
