"""What a question does without is found by whatever way an answer reaches it."""

import sys
import textwrap
import types

import numpy as np
import pytest

from course_utils.checking.observing.reach import forbidden_uses
from course_utils.checking.observing.run import run_cell
from course_utils.nn import activations, autograd, gradcheck

TANH = ["numpy.tanh"]
VALUE = "course_utils.nn.autograd.Value"
GRADIENT = "course_utils.nn.gradcheck.numerical_gradient"
SLOPE = "course_utils.nn.activations.sigmoid.derivative"
SOFTMAX = "course_utils.nn.activations.softmax"


def space(code):
    known = {"activations": activations, "Value": autograd.Value, "gradcheck": gradcheck}
    made = {"np": np, "__name__": "__main__", **known}
    exec(textwrap.dedent(code), made)
    return made


@pytest.mark.parametrize(
    ("code", "forbidden", "expected"),
    [
        ("def f(x): return np.linalg.solve(x, x)", ["numpy.linalg"], ("numpy.linalg",)),
        ("def f(x): return np.linalg.solve(x, x)", ["numpy.linalg.solve"], ("numpy.linalg.solve",)),
        ("def f(x): return np.dot(x, x)", ["numpy.linalg"], ()),
        (
            "def f(x):\n    import numpy.linalg as la\n    return la",
            ["numpy.linalg"],
            ("numpy.linalg",),
        ),
        (
            "def f(x):\n    from numpy import linalg\n    return linalg",
            ["numpy.linalg"],
            ("numpy.linalg",),
        ),
        ("import math\ndef f(x): return math.tanh(x)", ["math"], ("math",)),
        ("from math import tanh\ndef f(x): return tanh(x)", ["math.tanh"], ("math.tanh",)),
        ("import math\ndef g(x): return math.tanh(x)\ndef f(x): return g(x)", ["math"], ("math",)),
        ("import math\ndef f(x): return x", ["math"], ()),
        ("import math\ndef f(x): return math.tanh(x)", [], ()),
        ("class f:\n    def g(self): return np.linalg", ["numpy.linalg"], ("numpy.linalg",)),
    ],
)
def test_forbidden_modules_and_functions_are_found(code, forbidden, expected):
    assert forbidden_uses(["f"], space(code), forbidden) == expected


def test_right_answer_by_forbidden_means_is_refused_by_name(bench):
    made = bench(
        "def solve(a, b):\n    return np.array([b[0] / a[0, 0]])",
        "solve(np.array([[2.0]]), np.array([3.0]))",
        forbidden=("numpy.linalg",),
    )
    verdict = made.judge("def solve(a, b):\n    return np.linalg.solve(a, b)")
    assert (verdict.kind, verdict.cause) == ("incorrect", "forbidden")
    assert "`numpy.linalg`" in verdict.message
    assert made.judge(made.question.answer).is_correct


@pytest.mark.parametrize(
    ("code", "forbidden"),
    [
        ("f = np.tanh", "numpy.tanh"),
        ("f = activations.softmax", SOFTMAX),
        ("from numpy import tanh as t\ndef f(z): return t(z)", "numpy.tanh"),
        ("my_tanh = np.tanh\ndef f(z): return my_tanh(z)", "numpy.tanh"),
        ("def f(z, g=np.tanh): return g(z)", "numpy.tanh"),
        ("def f(z, *, g=np.tanh): return g(z)", "numpy.tanh"),
        ("def f(z): return getattr(np, 'tanh')(z)", "numpy.tanh"),
        ("def f(z): return vars(np)['tanh'](z)", "numpy.tanh"),
        ("def f(z): return np.__dict__['tanh'](z)", "numpy.tanh"),
        ("def f(z): return eval('np.tanh(z)')", "numpy.tanh"),
        ("def f(z):\n    import numpy as n\n    return n.tanh(z)", "numpy.tanh"),
        ("def f(z):\n    n = np\n    return n.tanh(z)", "numpy.tanh"),
        ("def f(z):\n    n = np\n    m = n\n    def g(): return m.tanh(z)\n    return g()",
         "numpy.tanh"),
        ("import functools\nf = functools.partial(np.tanh)", "numpy.tanh"),
        ("import functools\nf = functools.lru_cache(lambda z: np.tanh(z))", "numpy.tanh"),
        ("f = np.vectorize(lambda z: np.tanh(z))", "numpy.tanh"),
        ("table = {'t': np.tanh}\ndef f(z): return table['t'](z)", "numpy.tanh"),
        ("def make(g):\n    return lambda z: g(z)\nf = make(np.tanh)", "numpy.tanh"),
        ("class T:\n    def __init__(self): self.g = np.tanh\nt = T()\ndef f(z): return t.g(z)",
         "numpy.tanh"),
        ("class T:\n    g = staticmethod(np.tanh)\ndef f(z): return T.g(z)", "numpy.tanh"),
        ("class T:\n    def g(self, z): return np.tanh(z)\nf = T().g", "numpy.tanh"),
        ("f = activations.sigmoid.derivative", SLOPE),
        ("def f(z): return activations.sigmoid.derivative(z)", SLOPE),
        ("s = activations.sigmoid\ndef f(z):\n    mine = s\n    return mine.derivative(z)", SLOPE),
        ("class f(Value): pass", VALUE),
        ("class B(Value): pass\nclass f(B): pass", VALUE),
        ("f = Value", VALUE),
        ("class f:\n    def g(self): return Value(1.0)", VALUE),
        ("from course_utils.nn.gradcheck import numerical_gradient\nf = numerical_gradient",
         GRADIENT),
        ("def f(g, x):\n    from course_utils.nn import gradcheck as c\n"
         "    return c.numerical_gradient(g, x)", GRADIENT),
        ("def f(g, x): return gradcheck.numerical_gradient(g, x)", GRADIENT),
        ("def f(g, x): return gradcheck.numerical_gradient(g, x)", "course_utils.nn.gradcheck"),
        ("import importlib\ndef f(z): return importlib.import_module('numpy.linalg').inv(z)",
         "numpy.linalg"),
    ],
)  # fmt: skip
def test_no_way_around_is_open(code, forbidden):
    assert forbidden_uses(["f"], space(code), [forbidden]) == (forbidden,)


@pytest.mark.parametrize(
    "code",
    [
        "def f(z):\n    tanh = np.exp(z)\n    return tanh",
        "class f:\n    def tanh(self): return 3\n    def g(self): return self.tanh()",
        "def f(z): return {'tanh': np.exp(z)}['tanh']",
        "def f(z): return activations.relu(z)",
        "other = np.tanh\ndef f(z): return np.exp(z)",
        "def f(z): return activations.sigmoid(z)",
        "def f(z):\n    'Not np.tanh, though it is tempting.'\n    return np.exp(z)",
        "def f(z): return getattr(np, 'exp')(z)",
    ],
)
def test_what_only_looks_alike_is_free(code):
    assert forbidden_uses(["f"], space(code), TANH) == ()


@pytest.mark.parametrize(
    ("body", "used"),
    [
        ("return np.sin(x + 1e-20j).imag / 1e-20", True),
        ("return np.sin(complex(x, 1e-20)).imag / 1e-20", True),
        ("step = lambda x: np.sin(x + 1e-20j)\n    return step(x).imag / 1e-20", True),
        ("return np.sin(np.asarray(x, 'c16')).imag", True),
        ("return np.asarray(x).astype('<c8').imag", True),
        ("return np.cos(x)", False),
        ("return np.real(np.cos(x))", False),
    ],
)
def test_step_into_the_complex_numbers_is_found_without_its_name(body, used):
    space = {"np": np}
    exec(f"def slope(x):\n    {body}", space)
    found = forbidden_uses(["slope"], space, ["builtins.complex"])
    assert bool(found) is used


def test_a_method_is_told_from_the_object_it_belongs_to_and_from_its_namesakes():
    code = "def f(z):\n    a = activations.sigmoid(z)\n    return activations.tanh.derivative(a)"
    assert forbidden_uses(["f"], space(code), [SLOPE]) == ()


def test_method_that_is_taken_from_a_class_is_found():
    from course_utils.nn import Value

    space = {"__name__": "__main__", "Value": Value}
    exec("class Mine:\n    def backward(self):\n        Value.backward(self)", space)
    exec("def order(value):\n    return Value.topological_order(value)", space)
    name = "course_utils.nn.autograd.Value.backward"
    assert forbidden_uses(["Mine"], space, [name]) == (name,)
    assert forbidden_uses(["order"], space, [name]) == ()


def test_ufunc_that_knows_no_module_is_found_where_it_is(monkeypatch):
    half = np.frompyfunc(lambda x: x / 2, 1, 1)
    module = types.ModuleType("halves")
    setattr(module, half.__name__, half)
    monkeypatch.setitem(sys.modules, "halves", module)
    space = {"half": half, "np": np, "__name__": "__main__"}
    run_cell("def f(x):\n    return half(x)\n\ndef g(x):\n    return np.exp(x)", "<cell 1>", space)
    assert forbidden_uses(["f"], space, ["halves"]) == ("halves",)
    assert forbidden_uses(["g"], space, ["halves"]) == ()
    assert forbidden_uses(["g"], space, ["numpy"]) == ("numpy",)
