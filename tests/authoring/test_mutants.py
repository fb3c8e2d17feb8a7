"""Mutants: every change that an author would want to know of, one at a time, and no other."""

import ast

import pytest

from course_utils.authoring.mutants import mutants


def codes(source):
    return {mutant.code for mutant in mutants(source)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", {"a <= b", "a >= b"}),
        ("a == b", {"a != b"}),
        ("x in s", {"x not in s"}),
        ("a + b", {"a - b", "a", "b"}),
        ("a - b", {"a + b", "a", "b", "b - a"}),
        ("a @ b", {"a * b", "a", "b", "b @ a"}),
        ("a ** b", {"a * b", "a", "b", "b ** a"}),
        ("a and b", {"a or b", "a", "b"}),
        ("-a", {"a"}),
        ("not a", {"a"}),
        ("3", {"4", "2"}),
        ("0.5", {"1.0", "0.25"}),
        ("0.0", {"1.0"}),
        ("True", {"False"}),
        ("'relu'", {"'sigmoid'"}),
        ("x.T", {"x"}),
        ("abs(x)", {"x"}),
        ("np.maximum(a, b)", {"np.minimum(a, b)", "np.maximum(b)", "np.maximum(a)", "a"}),
        ("x.sum(axis=k)", {"x.mean(axis=k)", "x.sum()", "x"}),
        ("f(a, b)", {"f(b, a)", "f(a)", "f(b)", "a"}),
        ("a if c else b", {"a", "b", "b if c else a"}),
        ("x[a:b]", {"x[:b]", "x[a:]", "x"}),
        ("[v for v in x if v]", {"[v for v in x]"}),
    ],
)
def test_expression_is_changed_in_just_these_ways(source, expected):
    assert codes(f"y = {source}") == {"pass", *(f"y = {new}" for new in expected)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("if a:\n    b = c", {"if not a:\n    b = c", "if True:\n    b = c", "pass"}),
        ("while a:\n    b = c", {"while not a:\n    b = c", "while a:\n    pass"}),
        ("x += y", {"x -= y", "x = y", "pass"}),
        ("for i in range(n):\n    f()", {"for i in range(n - 1):\n    f()"}),
        ("for i in x:\n    break", {"for i in x:\n    continue"}),
        ("def f(x):\n    x = x * y", {"def f(x):\n    x *= y"}),
        ("def f(x):\n    return x", {"def f(x):\n    pass"}),
    ],
)
def test_statement_is_changed_in_these_ways(source, expected):
    assert expected <= codes(source)


def test_axis_and_keepdims_are_changed_and_dropped():
    assert {
        "y = x.max(axis=1, keepdims=True)",
        "y = x.max(axis=-2, keepdims=True)",
        "y = x.max(keepdims=True)",
        "y = x.max(axis=-1, keepdims=False)",
        "y = x.max(axis=-1)",
    } <= codes("y = x.max(axis=-1, keepdims=True)")


SOURCE = '''
def softmax(z: np.ndarray) -> np.ndarray:
    """Probabilities. Not 1 mutant of this text."""
    import math
    if z.ndim > 3:
        raise ValueError(f"z has {z.ndim} axes, at most 3")
    shifted = z - z.max(axis=-1, keepdims=True)  # at most 0
    e = np.exp(shifted)
    return e / e.sum(axis=-1, keepdims=True)
'''


def test_every_mutant_is_python_and_differs_from_the_right_answer_and_the_others():
    made = [mutant.code for mutant in mutants(SOURCE)]
    assert len(set(made)) == len(made) > 30
    assert ast.unparse(ast.parse(SOURCE)) not in made
    for code in made:
        compile(code, "<mutant>", "exec")


def test_docstrings_annotations_imports_and_error_messages_are_left_alone():
    for mutant in mutants(SOURCE):
        assert "Not 1 mutant of this text" in mutant.code
        assert "def softmax(z: np.ndarray) -> np.ndarray:" in mutant.code
        assert "import math" in mutant.code
        assert "raise ValueError" not in mutant.code or "at most 3" in mutant.code


def test_changed_part_stands_only_once_in_the_code():
    original = ast.unparse(ast.parse(SOURCE))
    for mutant in mutants(SOURCE):
        assert original.count(mutant.old.removesuffix(" …")) == 1, mutant.old


def test_of_two_like_lines_in_a_block_the_changed_one_is_told_by_its_number():
    described = {(m.old, m.new) for m in mutants("for i in x:\n    f(i)\n    f(i)")}
    assert {("line 2: f(i)", "pass"), ("line 3: f(i)", "pass")} <= described


def test_a_changed_number_is_described_with_what_it_belongs_to():
    described = {(m.old, m.new) for m in mutants("y = x.sum(axis=-1) + 1 - 2")}
    assert ("x.sum(axis=-1)", "x.sum(axis=1)") in described
    assert ("x.sum(axis=-1) + 1", "x.sum(axis=-1) + 2") in described


def test_difference_shows_only_the_lines_that_changed():
    (mutant,) = [m for m in mutants("a = 1\nb = x < 2\nc = 3") if m.new == "x <= 2"]
    assert mutant.diff == ("- b = x < 2", "+ b = x <= 2")


def test_arguments_of_a_symmetric_function_are_not_swapped():
    assert "y = np.maximum(b, a)" not in codes("y = np.maximum(a, b)")
