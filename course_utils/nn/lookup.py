"""Finds an activation, a loss or an optimizer by its Keras name, or says what exists."""


def normalize(name):
    """`MeanSquaredError`, `mean_squared_error` and `meansquarederror` are one name."""
    return name.lower().replace("_", "")


def find(kind, name, table):
    """The entry of `table` called `name`; `kind` is the word for the error message.

    Raises ValueError, listing what exists, for a name that is not in the table,
    and TypeError for something that is not a name at all.
    """
    if isinstance(name, type):
        raise TypeError(f"{kind}: got the class {name.__name__}; add (): {name.__name__}()")
    if not isinstance(name, str):
        raise TypeError(
            f"{kind}: expected a name or an object with that interface, "
            f"got {name!r} of type {type(name).__name__}"
        )
    for known, thing in table.items():
        if normalize(known) == normalize(name):
            return thing
    raise ValueError(f"{kind}: unknown name {name!r}. Known names: {', '.join(table)}")


def snake_case(class_name):
    """`BatchNormalization` -> `batch_normalization`: the name of an unnamed layer, as in Keras."""
    words = ""
    for before, letter in zip(" " + class_name, class_name, strict=False):
        words += "_" if letter.isupper() and before.islower() else ""
        words += letter.lower()
    return words
