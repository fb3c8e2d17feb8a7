"""Equal means equal within the dtype; a difference is located in words."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_utils.checking.judging.compare import TOLERANCES, difference, noun, place

NUMBERS = st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-6)
MATRICES = hnp.arrays(float, hnp.array_shapes(min_dims=1, max_dims=3, max_side=5), elements=NUMBERS)


@given(MATRICES)
def test_value_agrees_with_itself(a):
    assert difference(a, a.copy()) is None


@given(MATRICES)
def test_float32_agrees_with_float64(a):
    assert difference(a.astype(np.float32), a) is None
    assert difference(a, a.astype(np.float32)) is None


@given(st.lists(NUMBERS, min_size=2, max_size=300), st.randoms(use_true_random=False))
def test_sum_in_another_order_agrees(numbers, random):
    shuffled = random.sample(numbers, len(numbers))
    assume(abs(sum(numbers)) > 1e-3 * max(map(abs, numbers)))
    assert difference(sum(shuffled), np.sum(numbers)) is None


@given(MATRICES, st.data())
def test_one_changed_entry_is_found(a, data):
    index = tuple(data.draw(st.integers(0, n - 1)) for n in a.shape)
    b = a.copy()
    b[index] += 0.01 * max(1.0, np.abs(a).max())
    found = difference(b, a)
    assert (found.kind, found.where) == ("value", place(index))
    assert (found.received, found.expected) == (b[index], a[index])


@given(MATRICES.filter(lambda a: np.abs(a).max() > 0))
def test_sign_is_not_lost(a):
    assert difference(-a, a) is not None


@given(MATRICES.filter(lambda a: np.abs(a - a[::-1]).max() > 1e-3 * np.abs(a).max()))
def test_permuted_rows_are_refused(a):
    assert difference(a[::-1], a) is not None


@pytest.mark.parametrize(("size", "rtol"), [(np.float16, 1e-2), (np.float32, 1e-4), (float, 1e-6)])
def test_tolerance_follows_the_coarser_dtype(size, rtol):
    assert TOLERANCES[np.dtype(size).itemsize][0] == rtol
    expected = np.array([1.0, 2.0, 3.0]).astype(size)
    received = (expected.astype(float) * (1 + rtol / 2)).astype(max(size, np.float32, key=np.dtype))
    assert difference(received, expected) is None
    assert difference((expected * (1 + rtol * 3)).astype(size), expected) is not None


def test_half_precision_pardons_one_rounding_where_the_right_value_has_more_digits():
    expected = np.array([1.0, 2.0, 3.0, 1 / 3])
    assert difference(expected.astype(np.float16), expected) is None
    assert difference((expected * 1.004).astype(np.float16), expected) is not None
    assert difference(np.float16(1.004), 1.0) is not None


def test_tolerance_can_be_given():
    assert difference(1.01, 1.0, rtol=0.02) is None
    assert difference(1.01, 1.0) is not None
    assert difference(np.array([0.0, 1e-3]), np.zeros(2), atol=1e-2) is None


def test_integers_are_exact():
    assert difference(np.array([10**9 + 1]), np.array([10**9])).where == "entry 0"
    assert difference(2**70, 2**70) is None
    assert difference(2**70 + 1, 2**70).kind == "value"


def test_signed_zero_and_nan_and_infinity():
    special = np.array([0.0, np.nan, np.inf, -np.inf])
    assert difference(np.array([-0.0, np.nan, np.inf, -np.inf]), special) is None
    assert difference(np.array([0.0, np.nan, np.inf, np.inf]), special).where == "entry 3"
    assert difference(np.array([0.0, 1.0, np.inf, -np.inf]), special).where == "entry 1"


def test_list_and_tuple_of_the_same_agree():
    assert difference([1, (2.0, 3)], (1.0, [2, 3])) is None


def test_array_and_list_do_not_agree():
    assert difference([1.0, 2.0], np.array([1.0, 2.0])).kind == "type"
    assert difference(np.array([1.0, 2.0]), [1.0, 2.0]).kind == "type"


def test_first_difference_is_located_in_nested_values():
    expected = (np.zeros(2), np.arange(8.0).reshape(2, 4))
    received = (np.zeros(2), np.arange(8.0).reshape(2, 4) + np.eye(2, 4, k=3))
    found = difference(received, expected)
    assert found.where == "the second array, row 0, column 3"
    assert (found.received, found.expected) == (4.0, 3.0)


def test_difference_in_a_dict_is_located():
    found = difference({"W": [1.0, 2.0]}, {"W": [1.0, 3.0]})
    assert found.where == "the list at key 'W', the second number"
    assert difference({"w": 1}, {"W": 1}).kind == "keys"


def test_length_shape_and_type_are_kinds_of_their_own():
    assert difference([1], [1, 2]).kind == "length"
    assert difference(np.zeros((2, 1)), np.zeros(2)).kind == "shape"
    assert difference("1", 1).kind == "type"
    assert difference(None, 0.0).kind == "type"
    assert difference("a", "b").kind == "value"


def test_many_dimensions_are_named_by_index():
    a = np.zeros((2, 2, 2))
    a[1, 0, 1] = 1
    assert difference(a, np.zeros((2, 2, 2))).where == "index (1, 0, 1)"


def test_complex_numbers_are_compared():
    assert difference(1 + 1e-9j, 1.0) is None
    assert difference(np.array([1j]), np.array([-1j])).where == "entry 0"


def test_nouns():
    values = [np.zeros(1), np.float32(1), True, 1, "a", [], (), {}, None]
    words = ["array", "number", "truth value", "number", "string", "list", "tuple", "dict", "None"]
    assert [noun(value) for value in values] == words
