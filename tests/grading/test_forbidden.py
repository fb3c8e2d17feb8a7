"""Forbidden names are judged from the source, where no answer can patch the judge."""

import importlib
import time
from dataclasses import replace
from pathlib import Path

import IPython
import pytest

from course_utils.checking.data.question import load
from course_utils.grading.intake.submission import CodeCell, Submission
from course_utils.grading.marking.forbidden import named
from course_utils.grading.sandbox.shell import NEVER_RUN, Shell
from course_utils.grading.sandbox.without_modules import absent

GIVEN = ("import numpy as np\nfrom math import exp as given_exp",)
FORBIDDEN = ("numpy.tanh", "math", "numpy.linalg")


@pytest.fixture(scope="module")
def uses(root):
    """A function: which forbidden names an answer `double`, after another cell, is found to use."""
    exercise = load(Path(root, "exercises", "checks", "02_activation_functions.json"))
    question = replace(exercise.questions[0], names=("double",), forbidden=FORBIDDEN)

    def found(source, before=""):
        cells = (CodeCell("a", before), CodeCell("b", source, "double"))
        return named(question, Submission("ada", cells, ()), GIVEN)

    return found


FOUND = {
    "by its path": ("def double(x): return np.tanh(x)", ""),
    "under another name": ("from numpy import tanh as t\ndef double(x): return t(x)", ""),
    "imported inside": ("def double(x):\n    from numpy import tanh\n    return tanh(x)", ""),
    "by getattr": ("def double(x): return getattr(np, 'tanh')(x)", ""),
    "as a default": ("def double(x, f=np.tanh): return f(x)", ""),
    "in a partial": ("from functools import partial\ndouble = partial(np.tanh)", ""),
    "as the answer itself": ("double = np.tanh", ""),
    "through a function of its own": ("def double(x): return h(x)", "def h(x): return np.tanh(x)"),
    "through a variable": ("def double(x): return h(x)", "h = np.tanh"),
    "in a method": ("class double:\n    def go(self): return np.tanh(self)", ""),
    "below a condition": ("if True:\n    def double(x): return np.tanh(x)", ""),
    "named on the way": ("(double := lambda x: np.tanh(x))", ""),
    "with a type": ("double: object = lambda x: np.tanh(x)", ""),
    "as what a loop goes over": ("for double in [np.tanh]: pass", ""),
    "by a star import": ("def double(x): return tanh(x)", "from numpy import *"),
    "of a module with another name": ("def double(x): return q.tanh(x)", "q = np"),
    "of such a module inside": ("def double(x):\n    q = np\n    return q.tanh(x)", ""),
    "of a module as a default": ("def double(x, q=np): return q.tanh(x)", ""),
    "of a module in a list": ("def double(x): return [np][0].tanh(x)", ""),
    "of a module that was put in": ("def double(x): return q[0].tanh(x)", "q = []\nq.append(np)"),
    "of what is named anew": ("q = np\nq = q.tanh\ndef double(x): return q(x)", ""),
    "in a module's dictionary": ("def double(x): return vars(np)['tanh'](x)", ""),
    "by a getter": ("from operator import attrgetter as g\ndouble = g('tanh')(np)", ""),
    "by another getattr": ("g = getattr\ndef double(x): return g(np, 'tanh')(x)", ""),
    "of an imported module": ("def double(x): return __import__('numpy').tanh(x)", ""),
    "in the list of modules": ("import sys\ndouble = lambda x: sys.modules['numpy'].tanh(x)", ""),
    "in the notebook's names": ("def double(x): return globals()['np'].tanh(x)", ""),
    "in a text that is run": ("exec('def double(x): return np.tanh(x)')", ""),
    "set as an attribute": ("def double(x): return double.f(x)\ndouble.f = np.tanh", ""),
    "in a global": ("def double(x): return T(x)", "def go():\n    global T\n    T = np.tanh\ngo()"),
    "where NumPy has it too": ("def double(x): return np._core.umath.tanh(x)", ""),
    "in a very long cell": ("def double(x): return np.tanh(x)\n#" + 50_000 * "x", ""),
}
NOT_FOUND = {
    "in a comparison beside it": ("def double(x): return 2 * x\nprint(np.tanh(1))", ""),
    "in a comment and a text": ("def double(x):\n    'np.tanh'\n    return x  # np.tanh", ""),
    "of another thing": ("def double(x): return x.tanh()", ""),
    "in code that it doesn't use": ("def double(x): return 2 * x", "h = np.tanh"),
    "under the name of a local": ("def double(x):\n    y = 2 * x\n    return y", "y = np.tanh(1)"),
    "under the name of an argument": ("def double(x): return 2 * x", "x = np.tanh(1)"),
    "imported under a local's name": (
        "def double(x):\n    tanh = 2 * x\n    return tanh", "from numpy import tanh\ntanh(1)"
    ),
    "under the name of a loop's variable": (
        "def double(x): return [2 * t for t in x]", "t = np.tanh(1)"
    ),
    "under the name of a helper's local": (
        "def double(x): return h(x)", "out = np.tanh(1)\ndef h(x):\n    out = 2 * x\n    return out"
    ),
    "in a drawing of its values": ("def double(x): return 2 * x\nprint(double(1), np.tanh(1))", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", FOUND)
def test_a_forbidden_name_is_found(uses, case):
    source, before = FOUND[case]
    assert uses(source, before) == ("numpy.tanh",)


@pytest.mark.parametrize("case", NOT_FOUND)
def test_what_is_not_used_costs_nothing(uses, case):
    source, before = NOT_FOUND[case]
    assert uses(source, before) == ()


def test_a_helper_that_stands_in_another_answers_cell_counts(root):
    exercise = load(Path(root, "exercises", "checks", "02_activation_functions.json"))
    question = replace(exercise.questions[0], names=("double",), forbidden=FORBIDDEN)
    other = CodeCell("a", "T = np.tanh\ndef other(x): return np.linalg.norm(x)", "other")
    cells = (other, CodeCell("b", "def double(x): return T(x) + other(x)", "double"))
    assert named(question, Submission("ada", cells, ()), GIVEN) == ("numpy.tanh",)


LONG = {
    "names of names": "double = x\n" + "x = x\n" * 6_000,
    "one assignment to many": "double = " + " = ".join(f"a{i}" for i in range(4_000)) + " = np",
    "a chain of attributes": "def double(x): return x" + ".b" * 15_000,
    "many names": "".join(f"a{i} = a{i + 1}.t\n" for i in range(2_000)),
}  # fmt: skip


@pytest.mark.parametrize("case", LONG)
def test_no_source_takes_long_to_be_judged(uses, case):
    start = time.process_time()
    assert uses(LONG[case]) == ()
    assert time.process_time() - start < 20


@pytest.fixture
def finds_the_usual_shell(monkeypatch):
    """A sandbox's shell lets IPython find it; here that ends with the test."""
    monkeypatch.setattr(IPython, "get_ipython", IPython.get_ipython)
    monkeypatch.setattr(IPython.core.getipython, "get_ipython", IPython.get_ipython)


@pytest.mark.parametrize("name", sorted(NEVER_RUN))
@pytest.mark.usefixtures("finds_the_usual_shell")
def test_an_authors_cell_defines_no_answer_because_nothing_runs_it(uses, name):
    assert uses("def double(x): return 2 * x", f"%%{name} double\ndouble = np.tanh") == ()
    space = {}
    shell = Shell(space, [])
    magic = f"from IPython.core.magic import register_cell_magic\n@register_cell_magic\ndef {name}"
    shell.run(f"{magic}(line, cell): exec(cell, globals())", "<cell a>")
    shell.run(f"%%{name} double\ndouble = 1", "<cell b>")
    assert "double" not in space
    shell.run("%%another double\ndouble = 1", "<cell c>")
    assert space["double"] == 1


def test_a_module_is_found_by_any_part_of_it(uses):
    source = "def double(x): return np.linalg.norm(x) + given_exp(x)"
    assert uses(source) == ("math", "numpy.linalg")


def test_no_right_answer_of_the_course_names_what_it_must_not(root):
    for path in sorted(Path(root, "exercises", "checks").glob("*.json")):
        exercise = load(path)
        cells = tuple(CodeCell(q.answer_id, q.answer, q.name) for q in exercise.questions)
        for question in exercise.questions:
            assert named(question, Submission("course", cells, ()), exercise.given) == ()


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("np.sin(x + 1e-20j).imag", True),
        ("complex(x, 1).real", True),
        ("np.sin(np.array(x, 'c16') + np.emath.sqrt(-1e-40)).imag", True),
        ("np.array(x).astype('complex').real", True),
        ("np.cos(x)", False),
    ],
)
def test_a_step_into_the_complex_numbers_is_found_in_the_source(root, body, found):
    exercise = load(Path(root, "exercises", "checks", "05_gradients.json"))
    question = replace(exercise.questions[0], names=("slope",), forbidden=("builtins.complex",))
    cells = (CodeCell("b", f"def slope(x): return {body}", "slope"),)
    assert bool(named(question, Submission("ada", cells, ()), GIVEN)) is found


ACTIVATIONS = "course_utils.nn.activations"


@pytest.mark.parametrize(
    "source",
    ["from course_utils.nn import activations", f"import numpy\nimport {ACTIVATIONS} as a"],
)
def test_import_that_a_cell_states_is_no_error_and_its_use_is_for_the_judge(source):
    with absent((ACTIVATIONS,), {}, [source]):
        assert importlib.import_module(ACTIVATIONS)
    with (
        absent((ACTIVATIONS,), {}, ["from course_utils import nn"]),
        pytest.raises(ModuleNotFoundError),
    ):
        importlib.import_module(ACTIVATIONS)


def test_module_of_pythons_own_that_others_need_is_there():
    """`from numpy import *` and `import statistics` import `math`, which a question may forbid."""
    with absent(("math",), {}):
        assert importlib.import_module("math")


@pytest.mark.parametrize(
    "way", ["np.emath.sqrt(-1e-40)", "np.lib.scimath.sqrt(-1e-40)", "np.complex64(1e-20)"]
)
def test_other_ways_into_the_complex_numbers_are_closed_in_the_chain_rules_question(root, way):
    exercise = load(Path(root, "exercises", "checks", "05_gradients.json"))
    question = exercise.question("composed_gradient")
    source = f"def composed_gradient(x): return np.sin(np.exp((x + {way}) ** 2)).imag / 1e-20"
    cells = (CodeCell("b", source, "composed_gradient"),)
    assert named(question, Submission("ada", cells, ()), GIVEN)
