"""Values as data: what an answer may be made of, and how it travels as JSON."""

from __future__ import annotations

import base64
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

MAX_BYTES = 16_000_000
MAX_DEPTH = 20
MAX_ITEMS = 100_000
MAX_TOTAL = 200_000
MAX_AXES, MAX_SIDE = 32, 2**40
MAX_BITS = 256  # of an integer: whatever a judge computes with it still fits a float
NO_DATA = "this type can't be judged"
ARRAY_DTYPE = re.compile(r"[<|](b1|[iu][1248]|f[248]|c8|c16)")


@dataclass(frozen=True)
class Unjudgeable:
    """Stands for a value that can't be judged; `type_name` and `reason` say what came and why."""

    type_name: str
    reason: str

    def __repr__(self) -> str:
        return f"<{self.type_name}>"


@dataclass(frozen=True)
class Code:
    """Stands for an argument that is no data, such as a function: the expression that makes it."""

    text: str


class _TooMany(ValueError):
    pass


def encode(value: Any) -> Any:
    """Turn a value into JSON data, by its exact type.

    Numbers (fractions and decimals as floats), strings, booleans, None, lists, tuples, dicts with
    string or integer keys, numeric arrays and TensorFlow's tensors pass. Everything else becomes an
    `Unjudgeable` that names its type: a subclass could lie about itself, so only exact types count.
    What is made of list, tuple or dict, such as a named tuple or a Counter, is what it holds, read
    by Python's own methods, which it can't overrule.
    Never raises for the value's sake, and never makes more than the limits above allow.
    """
    try:
        return _encode(value, 0, [MAX_TOTAL])
    except MemoryError:
        raise
    except _TooMany:
        return _unjudgeable(_name(type(value)), f"it has more than {MAX_TOTAL:,} items in all")
    except Exception as error:  # a value may do anything when it is looked at
        return _unjudgeable(_name(type(value)), f"looking at it raised {type(error).__name__}")


def _encode(value: Any, depth: int, left: list[int]) -> Any:
    kind = type(value)
    left[0] -= 1
    if left[0] < 0:
        raise _TooMany
    if value is None or kind is bool or kind is str or kind is int:
        return _encode_plain(value, kind)
    if kind is Fraction or kind is Decimal:
        value, kind = float(value), float
    if kind is float:
        return value if math.isfinite(value) else {"float": repr(value)}
    if kind is complex:
        return {"complex": [_encode(part, depth, left) for part in (value.real, value.imag)]}
    if kind is np.ndarray:
        return _encode_array(value)
    if kind is np.str_:
        return _encode_plain(str(value), str)
    if issubclass(kind, np.generic) and kind.__module__ == "numpy":
        encoded = _encode_array(np.asarray(value))
        return {"scalar": encoded} if "array" in encoded else encoded
    for container in (list, tuple, dict):
        if issubclass(kind, container):
            return _encode_container(value, container, depth, left)
    if kind.__module__.startswith(("tensorflow.", "keras.")) and hasattr(kind, "__array__"):
        return _encode_array(np.asarray(value))
    if kind is Unjudgeable:  # what a measure hands on
        return _unjudgeable(value.type_name, value.reason)
    return _unjudgeable(_name(kind), NO_DATA)


def decode(data: Any) -> Any:
    """The value that `encode` made `data` from. Raises ValueError for data that it never makes."""
    try:
        return _decode(data)
    except (
        TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError, MemoryError,
    ):  # fmt: skip
        raise ValueError(f"not an encoded value: {str(type(data))[:80]}") from None


def _decode(data: Any) -> Any:
    if data is None or isinstance(data, (bool, float, str)):
        return data
    if isinstance(data, int):
        if data.bit_length() > MAX_BITS:
            raise ValueError(f"an integer of {data.bit_length():,} bits")
        return data
    if isinstance(data, list):
        return data.copy() if are_small(data) else [_decode(item) for item in data]
    if isinstance(data, dict) and len(data) == 1:
        ((key, content),) = data.items()
        if key in _DECODERS:
            return _DECODERS[key](content)
    raise ValueError(f"not an encoded value: {str(data)[:80]}")


def _encode_plain(value: Any, kind: type) -> Any:
    if kind is int and value.bit_length() > MAX_BITS:
        return _unjudgeable("int", f"it has {value.bit_length():,} bits")
    if kind is str and len(value) > MAX_ITEMS:
        return _unjudgeable("str", f"it has {len(value):,} characters")
    return value


def _encode_array(array: np.ndarray) -> dict:
    if array.dtype.kind not in "biufc":
        return _unjudgeable(f"array of dtype {array.dtype}", "only arrays of numbers can be judged")
    if array.ndim > MAX_AXES or max(array.shape, default=0) > MAX_SIDE:
        return _unjudgeable("array", f"it has {array.ndim} axes, or one that has no end")
    if array.nbytes > MAX_BYTES:
        return _unjudgeable(f"array of shape {array.shape}", "it is larger than any answer needs")
    if array.dtype.kind in "fc" and array.dtype.itemsize > {"f": 8, "c": 16}[array.dtype.kind]:
        array = array.astype({"f": float, "c": complex}[array.dtype.kind])  # no system's own dtype
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    data = base64.b64encode(np.ascontiguousarray(little).tobytes()).decode("ascii")
    return {"array": {"dtype": little.dtype.str, "shape": list(array.shape), "data": data}}


def _encode_container(value: Any, kind: type, depth: int, left: list[int]) -> Any:
    if depth >= MAX_DEPTH:
        return _unjudgeable(kind.__name__, f"it is nested more than {MAX_DEPTH} deep")
    if kind.__len__(value) > MAX_ITEMS:
        return _unjudgeable(kind.__name__, f"it has {kind.__len__(value):,} items")
    if kind is dict:
        pairs = list(dict.items(value))
        if not all(type(key) in (str, int) for key, _ in pairs):
            return _unjudgeable("dict", "its keys must be strings or integers")
        return {"dict": [[k, _encode(item, depth + 1, left)] for k, item in pairs]}
    items = list(kind.__iter__(value))
    if are_small(items) and len(items) <= left[0]:
        left[0] -= len(items)
    else:
        items = [_encode(item, depth + 1, left) for item in items]
    return items if kind is list else {"tuple": items}


def are_small(items: list) -> bool:
    """Whether all items are whole numbers that travel as they are.

    Asked of the list as a whole, since one by one takes most of the time where it is long.
    """
    return (
        set(map(type, items)) == {int} and -(2**MAX_BITS) < min(items) <= max(items) < 2**MAX_BITS
    )


def _unjudgeable(type_name: str, reason: str) -> dict:
    return {"unjudgeable": [type_name[:120], reason[:200]]}


def _name(kind: type) -> str:
    """The type's own name, without asking the type: its metaclass may answer anything."""
    name = type.__dict__["__name__"].__get__(kind)
    module = type.__dict__["__dict__"].__get__(kind).get("__module__")
    plain = not isinstance(module, str) or module in ("builtins", "__main__")
    return name if plain else f"{module}.{name}"


def _decode_array(content: dict) -> np.ndarray:
    name, shape, text = content["dtype"], content["shape"], content["data"]
    if not (isinstance(name, str) and ARRAY_DTYPE.fullmatch(name)):
        raise ValueError("not a numeric array: its dtype is none that is written")
    known = isinstance(shape, list) and len(shape) <= MAX_AXES
    if not known or not all(type(n) is int and 0 <= n <= MAX_SIDE for n in shape):
        raise ValueError("not a numeric array: its shape is none")
    if not isinstance(text, str) or len(text) > 2 * MAX_BYTES:
        raise ValueError("not a numeric array: its data are no text, or too long")
    dtype, shape = np.dtype(name), tuple(shape)
    raw = base64.b64decode(text, validate=True)
    if len(raw) != math.prod(shape) * dtype.itemsize:
        raise ValueError(
            f"an array of shape {shape} and dtype {dtype} doesn't have {len(raw)} bytes"
        )
    return np.frombuffer(raw, dtype=dtype).reshape(shape).copy()


def _short(text: Any) -> str:
    if not isinstance(text, str) or len(text) > 250:
        raise ValueError("no text that says why a value can't be judged")
    return text


_DECODERS = {
    "float": float,
    "complex": lambda pair: complex(_decode(pair[0]), _decode(pair[1])),
    "array": _decode_array,
    "scalar": lambda content: _decode_array({**content["array"], "shape": []})[()],
    "tuple": lambda items: tuple(_decode(item) for item in items),
    "dict": lambda items: {key: _decode(item) for key, item in items},
    "code": lambda text: Code(str(text)),
    "unjudgeable": lambda pair: Unjudgeable(_short(pair[0]), _short(pair[1])),
}
