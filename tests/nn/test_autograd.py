import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.nn import Value
from course_utils.nn.gradcheck import numerical_gradient

NUMBERS = st.floats(-2, 2).filter(lambda a: abs(a) > 1e-2)

EXPRESSIONS = {
    "sum": lambda a, b: a + b + 1 + (2 + a),
    "difference": lambda a, b: a - b - 1 + (3 - b),
    "product": lambda a, b: a * b * 2 * (3 * a),
    "quotient": lambda a, b: a / b + 1 / a + b / 4,
    "powers": lambda a, b: a**2 + b**-1 + a**0 + (-b) ** 3,
    "exp": lambda a, b: (a * b).exp(),
    "log": lambda a, b: (a * a + b * b).log(),
    "sin": lambda a, b: (a * b).sin() + a.sin(),
    "tanh": lambda a, b: (a + b).tanh() * a,
    "sigmoid": lambda a, b: (a * b).sigmoid() * b,
    "relu": lambda a, b: a.relu() + (b * 3).relu() * a,
    "fan-out": lambda a, b: (a + a) * (a + b) * a,
}


@pytest.mark.parametrize("f", EXPRESSIONS.values(), ids=EXPRESSIONS)
@given(x=NUMBERS, y=NUMBERS)
def test_derivatives_agree_with_differences(f, x, y):
    a, b = Value(x), Value(y)
    f(a, b).backward()
    point = np.array([x, y])
    expected = numerical_gradient(lambda p: f(Value(p[0]), Value(p[1])).data, point, h=1e-6)
    np.testing.assert_allclose([a.grad, b.grad], expected, rtol=1e-4, atol=1e-5)


def test_a_value_used_twice_gets_both_contributions():
    a = Value(3.0)
    (a * a + a).backward()
    assert a.grad == 7.0


def test_backward_twice_gives_the_same_as_once():
    a, b = Value(2.0), Value(-3.0)
    middle = a * b
    result = (middle + a).tanh() * middle
    result.backward()
    once = [v.grad for v in (a, b, middle, result)]
    result.backward()
    assert [v.grad for v in (a, b, middle, result)] == once


def test_another_result_leaves_nothing_behind():
    a, b = Value(2.0), Value(5.0)
    shared = a * b
    (shared * 10).backward()
    (shared + a).backward()
    assert (a.grad, b.grad, shared.grad) == (6.0, 2.0, 1.0)


def test_ten_thousand_operations_deep():
    a = Value(1.0)
    total = a
    for _ in range(10_000):
        total = total + a * 0.5
    total.backward()
    assert a.grad == 1 + 5000
    nodes, _ = total.nodes_and_edges()
    assert len(nodes) == 1 + 3 * 10_000


def test_an_unused_branch_is_safe():
    a = Value(2.0)
    unused = a.exp()
    (a * 3).backward()
    assert (a.grad, unused.grad) == (3.0, 0.0)


def test_a_constant_alone_is_its_own_derivative():
    a = Value(4.0)
    a.backward()
    assert a.grad == 1.0


def test_topological_order_puts_parents_first():
    a, b = Value(1.0), Value(2.0)
    c = a * b
    d = c + a
    order = (d * c).topological_order()
    place = {id(v): i for i, v in enumerate(order)}
    assert len(place) == len(order) == 5
    for value in order:
        assert all(place[id(p)] < place[id(value)] for p in value.parents)


def test_graph_is_plain_data_with_local_derivatives():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    result = a * b
    result.backward()
    nodes, edges = result.nodes_and_edges()
    assert [n["label"] for n in nodes] == ["a", "b", ""]
    assert nodes[2] == {"id": 2, "data": 6.0, "grad": 1.0, "operation": "×", "label": ""}
    assert edges == [(0, 2, 3.0), (1, 2, 2.0)]
    assert (a * a).nodes_and_edges()[1] == [(0, 1, 2.0), (0, 1, 2.0)]


def test_numbers_far_out_do_not_overflow():
    assert Value(-1000).sigmoid().data == 0.0
    assert Value(1000).tanh().data == 1.0
    assert math.isfinite(Value(1000).sigmoid().local[0])


def test_a_value_as_exponent_is_refused_with_the_way_out():
    with pytest.raises(TypeError, match=r"use \(a.log\(\) \* n\).exp\(\)"):
        Value(2.0) ** Value(3.0)
