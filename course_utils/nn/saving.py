"""A model as one .npz file: arrays, and the rest as JSON. No pickle: loading runs no code."""

import json
import os
from pathlib import Path

import numpy as np

from . import (
    activations,
    convolution,
    initializers,
    layers,
    losses,
    metrics,
    optimizers,
    regularizers,
    schedules,
)
from .configuration import from_config, to_config
from .layer import Input

MODULES = (activations, convolution, initializers, layers, losses)
MODULES += (metrics, optimizers, regularizers, schedules)


def save(model, filepath):
    """Write `model`. A compiled one keeps its optimizer's memory, and goes on where it was.

    Raises ValueError for a model without weights, TypeError for a part that JSON can't describe.
    """
    if model.input_shape is None:
        raise ValueError("save: the model has no weights before it knows its input shape")
    config = {
        "name": model.name,
        "dtype": model.dtype,
        "input_shape": model.input_shape,
        "layers": to_config(model.layers),
    }
    arrays = {key: getattr(layer, name) for key, layer, name in named_arrays(model)}
    if model.optimizer is not None:
        config["compile"] = to_config([model.optimizer, model.loss, model.metric_choices])
        config["iterations"] = model.optimizer.iterations
        for slot, array in (model.optimizer.memory or [{}])[0].items():
            arrays[f"optimizer/{slot}"] = array
    unfinished = Path(f"{filepath}.unfinished")  # so a killed run leaves the old file whole
    with open(unfinished, "wb") as file:
        np.savez(file, config=json.dumps(config), **arrays)
    os.replace(unfinished, filepath)


def load(model_class, filepath, custom_objects=None):
    """The model that `save` wrote, as a `model_class`."""
    classes = known_classes() | (custom_objects or {})
    with np.load(filepath, allow_pickle=False) as arrays:
        config = json.loads(str(arrays["config"]))
        model = model_class(name=config["name"], dtype=config["dtype"])
        model.add(Input(config["input_shape"]))
        for layer in from_config(config["layers"], classes):
            model.add(layer)
        for key, layer, name in named_arrays(model):
            getattr(layer, name)[...] = arrays[key]
        if "compile" in config:
            optimizer, loss, metrics = from_config(config["compile"], classes)
            model.compile(optimizer, loss, metrics=metrics)
            model.optimizer.iterations = config["iterations"]
            slots = [key for key in arrays.files if key.startswith("optimizer/")]
            if slots:
                memory = {key.removeprefix("optimizer/"): arrays[key] for key in slots}
                model.optimizer.memory = [memory]
    return model


def named_arrays(model):
    """("dense/W", layer, "W") for every array of every layer."""
    return [
        (f"{layer.name}/{name}", layer, name)
        for layer in model.layers
        for name in layer.weight_names + layer.state_names
    ]


def known_classes():
    """Every class that a file may name without help, by name."""
    things = [thing for module in MODULES for thing in vars(module).values()]
    return {thing.__name__: thing for thing in things if isinstance(thing, type)}
