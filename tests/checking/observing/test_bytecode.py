"""What an answer's code tells without running: is it the starter, what does it read and use?"""

import textwrap

import numpy as np
import pytest

from course_utils.checking.observing.bytecode import (
    is_starter,
    notebook_variables,
    run_starter,
    still_blank,
)
from course_utils.checking.observing.run import run_cell

FUNCTION = 'def f(x, y):\n    """A docstring."""\n    ...  # your code here\n'
CLASS = """
class Layer:
    def __init__(self, units):
        self.units = units

    def forward(self, x):
        \"\"\"Forward.\"\"\"
        ...  # your code here

    @property
    def size(self):
        ...  # your code here
"""


def space(code, **more):
    made = {"np": np, "__name__": "__main__", **more}
    exec(textwrap.dedent(code), made)
    return made


def begun(code, starter):
    return run_starter(space(code), starter)


@pytest.mark.parametrize(
    ("starter", "code", "expected"),
    [
        (FUNCTION, FUNCTION, True),
        (FUNCTION, "def f(x, y):\n    # a note\n\n    ...\n", True),
        (FUNCTION, "def f(x, y):\n    pass", True),
        (FUNCTION, "def f(x, y):\n    return x", False),
        (FUNCTION, "def f(x, z):\n    ...", False),
        (FUNCTION, "def f(x, y):\n    raise ValueError", False),
        (FUNCTION, "f = 3", False),
        ("f = ...  # your code here", "f = ...", True),
        ("f = ...  # your code here", "f = 0.5", False),
        ("f = ...  # your code here", "f = np.zeros(3)", False),
        ("f = np.zeros(3)", "f = np.zeros(3)", True),
        ("f = np.zeros(3)", "f = np.array([1, 2])", False),
        ("def f(x):\n    return 2 * x", "def f(x):\n    return 2 * x  # the bug?", True),
        ("def f(x):\n    return 2 * x", "def f(x):\n    return 3 * x", False),
        (
            "def f(x):\n    return [2 * v for v in x]",
            "def f(x):\n    return [3 * v for v in x]",
            False,
        ),
        ("f = lambda x: ...", "f = lambda x: ...", True),
    ],
)
def test_starter_is_told_from_an_attempt(starter, code, expected):
    assert is_starter(["f"], space(code), begun(code, starter)) is expected


def test_class_with_one_method_written_is_an_attempt():
    assert is_starter(["Layer"], space(CLASS), begun(CLASS, CLASS))
    attempt = CLASS.replace("...  # your", "return x @ self.W  # your", 1)
    assert not is_starter(["Layer"], space(attempt), begun(attempt, CLASS))
    assert still_blank(["Layer"], space(attempt), begun(attempt, CLASS)) == ("Layer.size",)


def test_blank_parts_are_named_and_given_ones_not():
    assert still_blank(["Layer"], space(CLASS), begun(CLASS, CLASS)) == (
        "Layer.forward",
        "Layer.size",
    )
    assert still_blank(["f"], space(FUNCTION), begun(FUNCTION, FUNCTION)) == ("f",)
    assert still_blank(
        ["a", "b"],
        space("a = 1\nb = ..."),
        begun("a = 1\nb = ...", "a = ...\nb = ..."),
    ) == ("b",)
    planted = "def f(x):\n    return 2 * x"
    assert still_blank(["f"], space(planted), begun(planted, planted)) == ()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(x): return x * rate", ["rate"]),
        ("def f(x): return [x * rate for _ in range(3)]", ["rate"]),
        ("def f(x):\n    rate = 2\n    return x * rate", []),
        ("def f(x): return helper(x)", []),
        ("def f(x): return helper_with_rate(x)", ["rate"]),
        ("def f(x): return np.sum(x)", []),
        ("def f(x): return x * RATE", []),
        ("def f(x): return x * data", []),
        ("def f(x): return 2 * data", ["data"]),
        ("def f(x):\n    def g():\n        return x * data\n    return g()", []),
        ("class f:\n    def g(self, x): return x * rate", ["rate"]),
        ("class f:\n    def g(self): return data", []),
    ],
)
def test_notebook_data_that_the_code_reads(code, expected):
    before = """
    rate = 0.1
    RATE = 0.1
    data = np.ones(3)
    def helper(x): return x
    def helper_with_rate(x): return x * rate
    """
    made = space(textwrap.dedent(before) + code)
    assert notebook_variables(["f"], made, ["np", "data"]) == expected


def test_what_its_own_cell_defines_is_no_stranger_to_a_function_with_a_parameter_unused():
    made = {"__name__": "__main__", "np": np}
    run_cell("data = np.ones(3)\ndef f(x, more=0):\n    return data.sum() * x", "<cell 7>", made)
    assert notebook_variables(["f"], made, ["np"]) == []
