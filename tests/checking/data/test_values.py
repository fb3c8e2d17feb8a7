"""Values travel as JSON by their exact type; what can't be judged is named, never executed."""

import json
import math
from collections import Counter, OrderedDict, namedtuple
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_utils.checking.data import values
from course_utils.checking.data.values import MAX_BYTES, Unjudgeable, decode, encode

ARRAYS = hnp.arrays(
    st.one_of(
        hnp.boolean_dtypes(),
        hnp.integer_dtypes(endianness="?"),
        hnp.unsigned_integer_dtypes(endianness="?"),
        hnp.floating_dtypes(endianness="?"),
        hnp.complex_number_dtypes(endianness="?"),
    ),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.complex_numbers()
)
VALUES = st.recursive(
    PLAIN | ARRAYS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
    ),
    max_leaves=8,
)


def alike(a, b):
    if isinstance(a, np.ndarray):
        same = a.dtype.newbyteorder("=") == b.dtype.newbyteorder("=") and a.shape == b.shape
        return type(a) is type(b) and same and a.tobytes() == b.astype(a.dtype).tobytes()
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(alike(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return list(a) == list(b) and all(alike(a[key], b[key]) for key in a)
    if isinstance(a, float):
        return (math.isnan(a) and math.isnan(b)) or (a == b)
    if isinstance(a, complex):
        return alike(a.real, b.real) and alike(a.imag, b.imag)
    return a == b


@given(VALUES)
def test_value_survives_the_journey(value):
    assert alike(value, decode(json.loads(json.dumps(encode(value)))))


@given(hnp.from_dtype(np.dtype("f4")))
def test_numpy_scalar_keeps_its_dtype(value):
    there = decode(json.loads(json.dumps(encode(value))))
    assert there.dtype == value.dtype
    assert there.tobytes() == value.tobytes()


def test_decoded_array_may_be_written_to():
    decode(encode(np.zeros(3)))[0] = 1.0


def test_long_double_becomes_a_float_of_every_system():
    assert decode(encode(np.longdouble(0.5))).dtype == np.float64


@pytest.mark.parametrize("value", [Fraction(1, 256), Decimal("0.00390625")])
def test_fraction_and_decimal_are_numbers(value):
    assert decode(json.loads(json.dumps(encode([value])))) == [1 / 256]


def test_fraction_that_no_float_holds_is_named():
    assert decode(encode(Fraction(10**400, 3))).type_name == "fractions.Fraction"


def test_string_of_numpy_is_a_string():
    assert encode(np.str_("cat")) == "cat"


class EqualToAll(float):
    def __eq__(self, other):
        return True

    __hash__ = None


class EqualArray(np.ndarray):
    def __eq__(self, other):
        return True


class HostileMeta(type):
    def __getattribute__(cls, name):
        raise RuntimeError("don't look")


class Hostile(metaclass=HostileMeta):
    pass


class Forged:
    __module__ = "tensorflow.forged"

    def __array__(self, *args, **kwargs):
        raise SystemError("boom")


@pytest.mark.parametrize(
    ("value", "type_name"),
    [
        (EqualToAll(1.0), "EqualToAll"),
        (np.zeros(3).view(EqualArray), "EqualArray"),
        (np.ma.masked_array([1.0]), "MaskedArray"),
        (Hostile(), "Hostile"),
        (Forged(), "tensorflow.forged.Forged"),
        (True.__class__, "type"),
        (len, "builtin_function_or_method"),
        (..., "ellipsis"),
        ({1.5: 1}, "dict"),
        (np.array([object()]), "array of dtype object"),
        (np.array(["a"]), "array of dtype <U1"),
        (np.datetime64("2020-01-01"), "array of dtype datetime64"),
        (10**5000, "int"),
        ("a" * 200_000, "str"),
        ([0] * 200_000, "list"),
        (np.zeros(MAX_BYTES + 1, np.uint8), "array of shape"),
        (np.broadcast_to(np.float64(1), (10**5, 10**5)), "array of shape"),
    ],
    ids=lambda v: v if isinstance(v, str) and len(v) < 40 else "",
)
def test_other_types_are_named_and_not_judged(value, type_name):
    found = decode(json.loads(json.dumps(encode(value))))
    assert isinstance(found, Unjudgeable)
    assert type_name in found.type_name


Pair = namedtuple("Pair", "mean std")


class Liar(list):
    def __iter__(self):
        return iter([2])

    def __len__(self):
        return 10**9

    __eq__ = object.__eq__
    __hash__ = None


@pytest.mark.parametrize(
    ("value", "holds"),
    [
        (Pair(1.5, 2), (1.5, 2)),
        (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (Counter("aab"), {"a": 2, "b": 1}),
        (Liar([3, 4]), [3, 4]),
        ((Pair(1, 2), [Pair(3, 4)]), ((1, 2), [(3, 4)])),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_made_of_a_container_is_what_it_holds(value, holds):
    assert alike(decode(json.loads(json.dumps(encode(value)))), holds)


def test_endless_nesting_is_cut():
    loop = []
    loop.append(loop)
    assert "unjudgeable" in json.dumps(encode(loop))


def test_a_list_of_whole_numbers_is_still_looked_at_one_by_one_where_one_is_special():
    assert list(map(type, decode(encode([1, True, 2])))) == [int, bool, int]
    assert isinstance(decode(encode([1, 2**300]))[1], Unjudgeable)
    with pytest.raises(ValueError, match="bits"):
        decode([1, -(2**300)])


@pytest.mark.parametrize("number", [0.0, 0])
def test_a_small_list_that_unfolds_to_millions_is_cut(monkeypatch, number):
    monkeypatch.setattr(values, "MAX_TOTAL", 1000)
    value = [number] * 100
    for _ in range(8):
        value = [value] * 100  # 10^18 numbers
    assert len(json.dumps(encode(value))) < 100_000


@pytest.mark.parametrize(
    "data",
    [
        {"array": {"dtype": "O", "shape": [1], "data": "AAAAAAAAAAA="}},
        {"array": {"dtype": "<f8", "shape": [2], "data": "AAAAAAAAAAA="}},
        {"array": {"dtype": "<f8", "shape": [-1], "data": "AAAAAAAAAAA="}},
        {"array": {"dtype": "<f8", "shape": [10**30, 0], "data": ""}},
        {"array": {"dtype": "no dtype", "shape": [], "data": ""}},
        {"array": {"dtype": "<f8", "shape": [1], "data": "not base64"}},
        {"array": "text"},
        {"array": {}},
        {"scalar": {"dtype": "<f8"}},
        {"float": []},
        {"float": "1e"},
        {"complex": [1]},
        {"complex": ["a", "b"]},
        {"dict": [[[], 1]]},
        {"dict": [[1]]},
        {"tuple": 3},
        {"unjudgeable": []},
        {"pickle": "gASVAAAA"},
        {"a": 1, "b": 2},
        {},
    ],
)
def test_forged_data_is_refused_with_a_value_error(data):
    with pytest.raises(ValueError, match=r"."):
        decode(data)


def test_what_can_not_be_judged_keeps_its_name_when_it_is_handed_on():
    found = decode(encode([1, decode(encode({1, 2}))]))
    assert found[1].type_name == "set"
