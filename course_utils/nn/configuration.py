"""Objects to JSON and back: an object keeps every argument of its constructor under its name."""

import inspect

import numpy as np

from .left_out import refuse_unknown


def to_config(thing, names):
    """Plain data (numbers, strings, lists, dicts) that `from_config` turns back into `thing`.

    An object becomes {"class": "layers.Dense", "config": {"units": 3, ...}}; `names` maps classes
    to names, a class that is not in it goes by its own. Raises TypeError for what can't be
    described so, such as a bare function.
    """
    if thing is None or isinstance(thing, bool | int | float | str):
        return thing
    if isinstance(thing, np.number):
        return thing.item()
    if isinstance(thing, np.ndarray):
        return {"array": thing.tolist(), "dtype": thing.dtype.name}
    if isinstance(thing, list | tuple):
        return [to_config(item, names) for item in thing]
    if isinstance(thing, np.random.Generator):
        return None  # a loaded model draws new random numbers
    if inspect.isroutine(thing) or isinstance(thing, type):
        raise TypeError(
            f"can't save {thing!r}: make it an object of a class that keeps its constructor's "
            "arguments under their names"
        )
    arguments = constructor_arguments(type(thing))
    missing = [name for name in arguments if not hasattr(thing, name)]
    if missing:
        raise TypeError(
            f"can't save {thing!r}: {type(thing).__name__} should keep its constructor's "
            f"arguments {missing} as attributes of the same names"
        )
    return {
        "class": names.get(type(thing), type(thing).__name__),
        "config": {name: to_config(getattr(thing, name), names) for name in arguments},
    }


def from_config(config, classes):
    """The object that `to_config` described; `classes` maps class names to classes."""
    if isinstance(config, list):
        return [from_config(item, classes) for item in config]
    if not isinstance(config, dict):
        return config
    if "array" in config:
        return np.array(config["array"], config["dtype"])
    if config["class"] not in classes:
        raise ValueError(
            f"the file names a class {config['class']!r} that this library does not have. "
            f'If it is yours, pass custom_objects={{"{config["class"]}": {config["class"]}}}'
        )
    arguments = {name: from_config(value, classes) for name, value in config["config"].items()}
    return classes[config["class"]](**arguments)


def constructor_arguments(cls):
    """Names of the arguments of `cls(...)`, following **kwargs up to the parent classes."""
    names = []
    for parent in cls.__mro__:
        if "__init__" not in vars(parent) or parent is object:
            continue
        parameters = inspect.signature(parent.__init__).parameters.values()
        kinds = {p.kind for p in parameters}
        names += [
            p.name
            for p in list(parameters)[1:]
            if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) and p.name not in names
        ]
        if inspect.Parameter.VAR_KEYWORD not in kinds:
            break
    return names


def refuse_arguments(thing, unknown):
    """Raise TypeError for what the constructor of `thing` does not take."""
    if unknown:
        refuse_unknown(type(thing).__name__, unknown, constructor_arguments(type(thing)))
