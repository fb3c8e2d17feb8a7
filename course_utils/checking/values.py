"""Values as data: what an answer may be made of, and how it travels as JSON."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_BYTES = 16_000_000
MAX_DEPTH = 20
MAX_ITEMS = 100_000


@dataclass(frozen=True)
class Unjudgeable:
    """Stands for a value that can't be judged; `type_name` and `reason` say what came and why."""

    type_name: str
    reason: str

    def __repr__(self) -> str:
        return f"<{self.type_name}>"


def encode(value: Any, depth: int = 0) -> Any:
    """Turn a value into JSON data, by its exact type.

    Numbers, strings, booleans, None, lists, tuples, dicts with string or integer keys, and numeric
    arrays pass. Everything else becomes an `Unjudgeable` that names its type: a subclass could
    lie about itself, so only exact types count. Never raises for the value's sake.
    """
    kind = type(value)
    if value is None or kind is bool or kind is str or kind is int:
        return _encode_plain(value, kind)
    if kind is float:
        return value if math.isfinite(value) else {"float": repr(value)}
    if kind is complex:
        return {"complex": [encode(value.real), encode(value.imag)]}
    if kind is np.ndarray:
        return _encode_array(value)
    if isinstance(value, np.generic) and kind.__module__ == "numpy":
        return {"scalar": _encode_array(np.asarray(value))}
    if kind in (list, tuple, dict):
        return _encode_container(value, kind, depth)
    if kind.__module__.startswith("tensorflow.") and hasattr(kind, "numpy"):
        return _encode_array(np.asarray(value))
    return _unjudgeable(_name(kind), "this type can't be judged")


def decode(data: Any) -> Any:
    """The value that `encode` made `data` from. Raises ValueError for data that it never makes."""
    if data is None or isinstance(data, (bool, int, float, str)):
        return data
    if isinstance(data, list):
        return [decode(item) for item in data]
    if isinstance(data, dict) and len(data) == 1:
        ((key, content),) = data.items()
        if key in _DECODERS:
            return _DECODERS[key](content)
    raise ValueError(f"not an encoded value: {str(data)[:80]}")


def _encode_plain(value: Any, kind: type) -> Any:
    if kind is int and value.bit_length() > 4096:
        return _unjudgeable("int", f"it has {value.bit_length():,} bits")
    if kind is str and len(value) > MAX_ITEMS:
        return _unjudgeable("str", f"it has {len(value):,} characters")
    return value


def _encode_array(array: np.ndarray) -> dict:
    if array.dtype.kind not in "biufc":
        return _unjudgeable(f"array of dtype {array.dtype}", "only arrays of numbers can be judged")
    if array.nbytes > MAX_BYTES:
        return _unjudgeable(f"array of shape {array.shape}", "it is larger than any answer needs")
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    data = base64.b64encode(np.ascontiguousarray(little).tobytes()).decode("ascii")
    return {"array": {"dtype": little.dtype.str, "shape": list(array.shape), "data": data}}


def _encode_container(value: Any, kind: type, depth: int) -> Any:
    if depth >= MAX_DEPTH:
        return _unjudgeable(kind.__name__, f"it is nested more than {MAX_DEPTH} deep")
    if len(value) > MAX_ITEMS:
        return _unjudgeable(kind.__name__, f"it has {len(value):,} items")
    if kind is list:
        return [encode(item, depth + 1) for item in value]
    if kind is tuple:
        return {"tuple": [encode(item, depth + 1) for item in value]}
    if not all(type(key) in (str, int) for key in value):
        return _unjudgeable("dict", "its keys must be strings or integers")
    return {"dict": [[key, encode(item, depth + 1)] for key, item in value.items()]}


def _unjudgeable(type_name: str, reason: str) -> dict:
    return {"unjudgeable": [type_name[:120], reason[:200]]}


def _name(kind: type) -> str:
    module = getattr(kind, "__module__", "")
    name = type.__getattribute__(kind, "__name__")
    return str(name) if module in ("builtins", "__main__") else f"{module}.{name}"


def _decode_array(content: dict) -> np.ndarray:
    dtype = np.dtype(str(content["dtype"]))
    shape = tuple(int(n) for n in content["shape"])
    if dtype.kind not in "biufc" or any(n < 0 for n in shape):
        raise ValueError(f"not a numeric array: dtype {dtype}, shape {shape}")
    raw = base64.b64decode(content["data"], validate=True)
    if len(raw) != math.prod(shape) * dtype.itemsize:
        raise ValueError(
            f"an array of shape {shape} and dtype {dtype} doesn't have {len(raw)} bytes"
        )
    return np.frombuffer(raw, dtype=dtype).reshape(shape).copy()


_DECODERS = {
    "float": float,
    "complex": lambda pair: complex(decode(pair[0]), decode(pair[1])),
    "array": _decode_array,
    "scalar": lambda content: _decode_array(content["array"])[()],
    "tuple": lambda items: tuple(decode(item) for item in items),
    "dict": lambda items: {key: decode(item) for key, item in items},
    "unjudgeable": lambda pair: Unjudgeable(str(pair[0]), str(pair[1])),
}
