"""Every general diagnosis fires on its own example, with a telling sentence, on no right answer."""

from dataclasses import dataclass, replace

import pytest

from course_utils.checking.data.verdict import INCORRECT
from course_utils.checking.judging.diagnoses import DIAGNOSES, STRICT, _or_silent
from course_utils.checking.judging.judge import judge, make_case

MEAN = ("def mean(x):\n    return np.mean(x, axis=0)", "mean(rng.normal(size=(5, 3)))")
ROWS = ("def total(x):\n    return np.sum(x, axis=1)", "total(rng.normal(size=(5, 3)))")
LOSS = (
    "def mse(y, y_hat):\n    return np.mean((y - y_hat) ** 2)",
    """
    mse(np.array([1.0, 2.0, 5.0]), np.array([1.5, 2.0, 3.0]))
    mse(rng.normal(size=8), rng.normal(size=8))
    mse(rng.normal(size=20), rng.normal(size=20))
    """,
)
RELU = (
    "def relu(z):\n    return np.maximum(z, 0)",
    """
    relu(np.array([-1.0, 2.0, 0.5]))
    relu(rng.normal(size=(4, 3)))
    relu(rng.normal(size=6))
    """,
)
ABOVE = (
    "def above(z):\n    return z > 0",
    "above(np.array([-1.0, 2.0, 0.5]))\nabove(rng.normal(size=(4, 3)))",
)
PAIR = ("def ends(x):\n    return x[:1], x[-1:]", "ends(rng.normal(size=5))")
LIST = ("def halves(n):\n    return [k / 2 for k in range(n)]", "halves(4)")
TABLE = (
    "def steps(x):\n    return x[1:, 1:] - x[:-1, :-1]",
    "steps(rng.normal(size=(4, 5)))\nsteps(rng.normal(size=(6, 3)))",
)
NUMBER = ("power = 0.2", "power")
LETTER = ('letter = "b"', "choice(letter)")
SCORES = (
    "def scores(x, w):\n    return x @ w",
    """
    scores(np.array([[1.0, 2.0]]), np.array([0.5, 0.3]))
    scores(rng.normal(size=(4, 3)), rng.normal(size=3))
    """,
)
SQUARE = (
    "def square(z):\n    return z ** 2",
    """
    square(np.array([1.0, 2.0, 4.0]))
    square(rng.normal(size=7))
    """,
)
ENTROPY = (
    "def entropy(p):\n    return -np.sum(p * np.log(p))",
    """
    entropy(np.array([0.5, 0.5]))
    entropy(np.array([0.25, 0.5, 0.25]))
    """,
)


GRADIENTS = (
    "def gradients(x, e):\n    return x.T @ e, e.sum(axis=0)",
    """
    gradients(rng.normal(size=(5, 3)), rng.normal(size=(5, 2)))
    gradients(rng.normal(size=(4, 2)), rng.normal(size=(4, 2)))
    """,
)
SLOPES = (
    "def slopes(x):\n    return 2 * x",
    "slopes(rng.normal(size=4))\nslopes(rng.normal(size=3))",
)
WITH_ALL_NUDGED = """
def slopes(x):
    up, down = ((x + 1e-5) ** 2).sum(), ((x - 1e-5) ** 2).sum()
    return np.full(x.shape, (up - down) / 2e-5)
"""
SCALED = (
    """
    def scaled(x):
        std = x.std(axis=0)
        return (x - x.mean(axis=0)) / np.where(std == 0, 1, std)
    """,
    """
    scaled(rng.normal(size=(4, 3)))
    scaled(rng.normal(size=(6, 2)))
    scaled(np.array([[1.0, 2.0], [1.0, 3.5]]))
    """,
)
SCALED_IN_ALL = """
def scaled(x):
    std = x.std(axis=0)
    return (x - x.mean(axis=0)) / (1 if (std == 0).any() else std)
"""


SHARES = (
    "def shares(z):\n    e = np.exp(z)\n    return e / e.sum(axis=-1, keepdims=True)",
    "shares(rng.normal(size=(3, 4)))\nshares(rng.normal(size=(2, 5)))",
)
STEP = (
    "def step(w, grad, rate):\n    return w - rate * grad",
    """
    step(rng.normal(size=4), rng.normal(size=4), 0.1)
    step(rng.normal(size=3), rng.normal(size=3), 0.5)
    """,
)
NEURON = (
    "def neuron(x, w, b):\n    return np.tanh(x @ w + b)",
    """
    neuron(rng.normal(size=(4, 3)), rng.normal(size=3), 0.5)
    neuron(rng.normal(size=(5, 2)), rng.normal(size=2), -0.3)
    """,
)
SLOPES_BESIDE = (
    "def rises(x):\n    return np.diff(x, append=x[-1])",
    "rises(rng.normal(size=5))\nrises(rng.normal(size=7))",
)
LEAK = (
    "def leak(z):\n    return np.where(z > 0, z, 0.3 * z)",
    "leak(rng.normal(size=8))\nleak(rng.normal(size=(3, 4)))",
)
LOSSES = (
    """
    def losses(w, steps):
        found = [w * w]
        for _ in range(steps):
            w = w - 0.1 * w
            found.append(w * w)
        return found
    """,
    "losses(2.0, 5)\nlosses(-1.5, 7)",
)


@dataclass(frozen=True)
class Example:
    """A wrong answer, the diagnosis that it deserves, and words that the message must have."""

    cause: str
    question: tuple[str, str]
    wrong: str
    words: str
    before: str = ""


WORDS = (
    "def words(text):\n    return text.split()",
    "words('to be or not to be')\nwords('a rose is a rose')\nwords('so it goes')",
)
EXAMPLES = [
    Example(
        "factor",  # of another number of hidden rows in each test
        (
            "def slopes(seed):\n    x = np.random.default_rng(seed).normal(size=(seed, 3))\n"
            "    return (x**2).sum(axis=0), x.sum(axis=0)",
            "slopes(4)\nslopes(6)",
        ),
        "def slopes(seed):\n    x = np.random.default_rng(seed).normal(size=(seed, 3))\n"
        "    return (x**2).mean(axis=0), x.sum(axis=0)",
        "a mean there where a sum was asked",
    ),
    Example(
        "fixed_length",
        (
            "def steps(x):\n    return np.sort(x), x.sum()",
            "steps(rng.normal(size=4))\nsteps(rng.normal(size=6))\nsteps(rng.normal(size=5))",
        ),
        "def steps(x):\n    return np.linspace(0, 1, 11), x.sum()",
        "The first of your results has 11 entries in every test",
    ),
    Example("cut_off", ("part = 0.8387", "part"), "part = 0.838", "cut off"),
    Example("few_digits", ("part = 0.8387", "part"), "part = 0.84", "fewer digits"),
    Example("decimal_point", ("part = 0.8387", "part"), "part = 8.387", "decimal point"),
    Example(
        "nothing_but_zeros",
        SLOPES,
        "def slopes(x):\n    return 0 * x",
        "every number that you have is 0",
    ),
    Example("nothing_returned", RELU, "def relu(z):\n    a = np.maximum(z, 0)", "`return`"),
    Example("nothing_returned", LETTER, "letter = print()", "Its value is None"),
    Example(
        "printed_not_returned", RELU, "def relu(z):\n    print(np.maximum(z, 0))", "only `return`"
    ),
    Example("wrong_type", RELU, "def relu(z):\n    return np.maximum(z, 0).tolist()", "a list"),
    Example("wrong_type", RELU, "def relu(z):\n    return float(np.max(z))", "a single number"),
    Example("wrong_type", ABOVE, "def above(z):\n    return np.where(z > 0, 0, -np.inf)", "True"),
    Example("wrong_type", LOSS, "def mse(y, y_hat):\n    return str(0.75)", "a string"),
    Example("wrong_type", LOSS, "def mse(y, y_hat):\n    return np.mean", "a function itself"),
    Example(
        "wrong_type",
        RELU,
        "def relu(z):\n    if z.ndim == 1:\n        return np.maximum(z, 0)",
        "every branch",
    ),
    Example("wrong_type", RELU, "def relu(z):\n    return {'a': z}", "a dict of 1 item"),
    Example(
        "wrong_length",
        ("def halves(x):\n    return x[:2], x[2:]", "halves(np.arange(5.0))"),
        "def halves(x):\n    return x[:2], x[2:], x",
        "more items",
    ),
    Example(
        "wrong_length",
        ("def sums(x):\n    return {'sum': x.sum()}", "sums(np.arange(5.0))"),
        "def sums(x):\n    return {'total': x.sum()}",
        "keys",
    ),
    Example(
        "blown_up",
        (
            "def residuals(y, y_hat):\n    return y_hat[:, 0] - y",
            "residuals(rng.normal(size=5), rng.normal(size=(5, 1)))",
        ),
        "def residuals(y, y_hat):\n    return y_hat - y",
        "(n, n)",
    ),
    Example(
        "unchanged_shape",  # (2, 2) for two numbers in the first probe, and then (3, 4) for three
        (
            "def nearest(x, y):\n    return y[(x**2).sum(axis=1).argsort()]",
            "nearest(np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([4, 3]))\n"
            "nearest(rng.normal(size=(3, 4)), np.array([1, 2, 3]))",
        ),
        "def nearest(x, y):\n    return x[(x**2).sum(axis=1).argsort()]",
        "has the shape of `x`",
    ),
    Example(
        "transposed",
        (
            "def layer(x, W):\n    return x @ W",
            "layer(rng.normal(size=(5, 3)), rng.normal(size=(3, 4)))",
        ),
        "def layer(x, W):\n    return W.T @ x.T",
        "transpose",
    ),
    Example(
        "transposed",
        ("def outer(a, b):\n    return np.outer(a, b)", "outer(np.arange(3.0), np.ones(3))"),
        "def outer(a, b):\n    return np.outer(b, a)",
        "transpose",
    ),
    Example(
        "axis_kept", MEAN, "def mean(x):\n    return x.mean(axis=0, keepdims=True)", "left over"
    ),
    Example(
        "axis_kept",
        LOSS,
        "def mse(y, y_hat):\n    return np.mean((y - y_hat) ** 2, keepdims=True)",
        "left over",
    ),
    Example(
        "axis_lost",
        (
            "def center(x):\n    return x.mean(axis=0, keepdims=True)",
            "center(rng.normal(size=(5, 3)))",
        ),
        "def center(x):\n    return x.mean(axis=0)",
        "keepdims=True",
    ),
    Example(
        "reshaped",
        ("def grid(x):\n    return x.reshape(2, 3)", "grid(np.arange(6.0))"),
        "def grid(x):\n    return x.reshape(3, 2)",
        "another shape",
    ),
    Example("wrong_axis", ROWS, "def total(x):\n    return np.sum(x, axis=0)", "axis=0"),
    Example(
        "wrong_axis",
        ("def total(x):\n    return np.sum(x, axis=1)", "total(rng.normal(size=(4, 4)))"),
        "def total(x):\n    return np.sum(x, axis=0)",
        "what another axis would leave",
    ),
    Example(
        "wrong_axis",
        (
            "def running(x):\n    return np.cumsum(x, axis=0)",
            "running(rng.normal(size=(5, 3)))\nrunning(rng.normal(size=(3, 3)))",
        ),
        "def running(x):\n    return np.cumsum(x, axis=-1)",
        "what another axis would leave",
    ),
    Example(
        "wrong_type",
        PAIR,
        "def ends(x):\n    return x[:1].tolist(), x[-1:]",
        "a list where an array is asked",
    ),
    Example(
        "wrong_type",
        LIST,
        "def halves(n):\n    return [k / 2 if k < 3 else None for k in range(n)]",
        "A part of your result is None",
    ),
    Example("wrong_shape", RELU, "def relu(z):\n    return np.maximum(z, 1)[:2]", "length"),
    Example(
        "one_example",
        ("def rows(x):\n    return 2 * x", "rows(rng.normal(size=(3, 2)))\nrows(np.ones((4, 5)))"),
        "def rows(x):\n    return 2 * x[0]",
        "one example alone",
    ),
    Example(
        "unchanged_shape",
        ROWS,
        "def total(x):\n    return x + 1",
        "has the shape of `x`",
    ),
    Example(
        "as_long_as",
        (
            "def hot(labels, n):\n    return np.eye(n)[labels]",
            "hot(np.array([2, 0]), 4)\nhot(np.array([0, 1, 1, 2]), 5)",
        ),
        "def hot(labels, n):\n    return (labels[:, None] == np.unique(labels)).astype(float)",
        "as many columns as there are different values in `labels`",
    ),
    Example(
        "as_long_as",
        (
            "def hot(labels, n):\n    return np.eye(n)[labels]",
            "hot(np.array([2, 0]), 5)\nhot(np.array([0, 1, 1]), 4)",
        ),
        "def hot(labels, n):\n    return np.eye(labels.max() + 1)[labels]",
        "as many columns as the largest of `labels` says, plus 1",
    ),
    Example(
        "among_others",
        ("def f(x):\n    return 2 * x", "f(rng.normal(size=3))\nf(rng.normal(size=(2, 2)))"),
        "def f(x):\n    return x, 2 * x",
        "the second of the 2 things that you return",
    ),
    Example(
        "among_others",
        ("def f(x):\n    return 2 * x", "f(rng.normal(size=3))\nf(rng.normal(size=(2, 2)))"),
        "def f(x):\n    return (2 * x,)",
        "A comma at the end of a line",
    ),
    Example(
        "among_others",
        ("def f(x):\n    return 2 * x", "f(rng.normal(size=3))\nf(rng.normal(size=(2, 2)))"),
        "def f(x):\n    return [x, x + x / 2, 2 * x]",
        "the last of the things in the list",
    ),
    Example(
        "one_of_several",
        ("def f(x):\n    return 2 * x, x**2", "f(rng.normal(size=3))\nf(rng.normal(size=(2, 2)))"),
        "def f(x):\n    return x**2",
        "only the second of the 2 things",
    ),
    Example(
        "one_round",
        ("def f(x):\n    return x @ x.T", "f(rng.normal(size=(3, 2)))\nf(rng.normal(size=(4, 3)))"),
        "def f(x):\n    for row in x:\n        found = x @ row\n    return found",
        "belongs to the last row alone",
    ),
    Example(
        "one_round",
        (
            "def f(x):\n    return x.sum(axis=1)",
            "f(rng.normal(size=(3, 2)))\nf(rng.normal(size=(4, 3)))",
        ),
        "def f(x):\n    for row in x:\n        return row.sum()",
        "belongs to the first entry alone",
    ),
    Example(
        "axes_turned",
        (
            "def f(x):\n    return x.transpose(0, 2, 1)",
            "f(rng.normal(size=(3, 2, 4)))\nf(rng.normal(size=(2, 2, 5)))",
        ),
        "def f(x):\n    return x",
        "your axes 0, 2, 1",
    ),
    Example(
        "reshaped_for_turned",
        (
            "def f(x):\n    return x.transpose(0, 2, 1)",
            "f(rng.normal(size=(3, 2, 4)))\nf(rng.normal(size=(2, 2, 5)))",
        ),
        "def f(x):\n    return x.reshape(x.shape[0], x.shape[2], x.shape[1])",
        "`reshape` fills a shape row by row",
    ),
    Example(
        "reshaped_for_turned",
        (
            "def f(x):\n    return 2 * x.T",
            "f(rng.normal(size=(3, 2)))\nf(rng.normal(size=(2, 5)))",
        ),
        "def f(x):\n    return 2 * x.reshape(x.shape[::-1])",
        "turns nothing",
    ),
    Example(
        "columns_left_out",
        (
            "def doubled(x):\n    return 2 * x",
            "doubled(np.array([[1.0, 5.0, 2.0], [3.0, 5.0, 8.0]]))\n"
            "doubled(np.array([[4.0, 1.0, 5.0], [4.0, 7.0, 5.0], [4.0, 3.0, 5.0]]))",
        ),
        "def doubled(x):\n    return 2 * x[:, np.ptp(x, axis=0) > 0]",
        "Does a mask, or an index in brackets, drop them?",
    ),
    Example(
        "part_not_reduced",
        (
            "def slopes(x, d):\n    return x.T @ d, d.sum(axis=0)",
            "slopes(rng.normal(size=(5, 3)), rng.normal(size=(5, 2)))\n"
            "slopes(rng.normal(size=(1, 2)), rng.normal(size=(1, 4)))",
        ),
        "def slopes(x, d):\n    return x.T @ d, d",
        "The second of your results is one step short",
    ),
    Example(
        "one_of_each_row",
        (
            "def push(p, labels):\n    return p - np.eye(p.shape[1])[labels]",
            "push(np.array([[0.2, 0.5, 0.3], [0.1, 0.8, 0.1]]), np.array([2, 1]))\n"
            "push(np.array([[0.2, 0.8], [0.6, 0.4], [0.3, 0.7]]), np.array([0, 1, 1]))",
        ),
        "def push(p, labels):\n    return p[np.arange(len(p)), labels] - 1",
        "You have one number of each row",
    ),
    Example(
        "minus_one_for_zero",
        (
            "def yes(z):\n    return (z > 0).astype(int)",
            "yes(np.array([-1.0, 2.0, 0.0]))\nyes(rng.normal(size=6))",
        ),
        "def yes(z):\n    return np.where(z > 0, 1, -1)",
        "-1 wherever 0 is asked",
    ),
    Example(
        "nearly",
        (
            "def scaled(x):\n    return x / x.std()",
            "scaled(np.array([1.5, 2.0, 4.0]))\nscaled(rng.normal(size=5))",
        ),
        "def scaled(x):\n    return (x + 1e-3) / x.std()",
        "nearly right, off by",
    ),
    Example("wrong_shape", NUMBER, "power = np.array([0.3])", "where a single number is asked"),
    Example("wrong_shape", RELU, "def relu(z):\n    return np.stack([z, z])", "2 axes where one"),
    Example(
        "not_reduced", LOSS, "def mse(y, y_hat):\n    return (y - y_hat) ** 2", "its mean is asked"
    ),
    Example("not_reduced", ROWS, "def total(x):\n    return 1 * x", "its sum is asked"),
    Example(
        "overflow",
        (
            "def sigmoid(z):\n    return (1 + np.tanh(z / 2)) / 2",
            "sigmoid(rng.normal(size=5))\nsigmoid(np.array([-900.0, 1.0, 900.0]))",
        ),
        "def sigmoid(z):\n    return np.exp(z) / (1 + np.exp(z))",
        "NaN (not a number) where `z` is large and positive",
    ),
    Example(
        "overflow",
        (
            "def decay(z):\n    return np.exp(-np.abs(z)) * (z < 0)",
            "decay(rng.normal(size=5))\ndecay(np.array([-900.0, 1.0, 90.0]))",
        ),
        "def decay(z):\n    return np.exp(-z) / np.exp(-z) ** 2 * (z < 0)",
        "where `z` is large and negative",
    ),
    Example(
        "left_out", LIST, "def halves(n):\n    return [k / 2 for k in range(n - 1)]", "the end"
    ),
    Example("left_out", LIST, "def halves(n):\n    return [k / 2 for k in range(1, n)]", "front"),
    Example("left_out", RELU, "def relu(z):\n    return np.maximum(z, 0)[:-1]", "the end"),
    Example(
        "only_where_zero",
        (
            "def layer(x, b):\n    return x.sum(axis=1) + b",
            "layer(rng.normal(size=(2, 3)), rng.normal(size=2))\n"
            "layer(rng.normal(size=(4, 2)), rng.normal(size=4))\n"
            "layer(rng.normal(size=(3, 5)), np.zeros(3))",
        ),
        "def layer(x, b):\n    return (x + b[:, None] ** 2).sum(axis=1)",
        "Of all the cases it is right where `b` is 0 throughout",
    ),
    Example(
        "left_out",
        TABLE,
        "def steps(x):\n    return (x[1:, 1:] - x[:-1, :-1])[:, :-1]",
        "columns are missing at the end",
    ),
    Example(
        "left_out",
        TABLE,
        "def steps(x):\n    return (x[1:, 1:] - x[:-1, :-1])[1:, 1:]",
        "rows and columns are missing at the front",
    ),
    Example(
        "too_many",
        TABLE,
        "def steps(x):\n    return np.pad(x[1:, 1:] - x[:-1, :-1], ((0, 1), (0, 2)))",
        "rows and columns too many at the end",
    ),
    Example(
        "left_out",
        ("def sizes(x):\n    return np.abs(x)", "sizes(np.array([-1.0, 2.0, -3.0, 4.0]))"),
        "def sizes(x):\n    return np.abs(x[x > 0])",
        "picks some and drops the others",
    ),
    Example(
        "too_many", LIST, "def halves(n):\n    return [k / 2 for k in range(n + 1)]", "the end"
    ),
    Example(
        "too_many",
        LIST,
        "def halves(n):\n    return [-1.0] + [k / 2 for k in range(n)]",
        "at the front",
    ),
    Example(
        "too_many",
        LIST,
        "def halves(n):\n    return [h for k in range(n) for h in (k / 2, k)]",
        "between it",
    ),
    Example(
        "overflow",
        (
            "def xlogx(p):\n    return p * np.log(np.where(p > 0, p, 1))",
            "xlogx(np.array([0.5, 0.25]))\nxlogx(np.array([0.0, 0.5, 1.0]))",
        ),
        "def xlogx(p):\n    return p * np.log(p)",
        "where `p` is 0",
    ),
    Example(
        "overflow",
        (
            "def loss(p):\n    return -np.mean(np.log(np.clip(p, 1e-7, 1)))",
            "loss(np.array([0.5, 0.25]))\nloss(np.array([0.0, 0.5, 1.0]))",
        ),
        "def loss(p):\n    return -np.mean(np.log(p))",
        "infinity where `p` contains 0",
    ),
    Example(
        "overflow",
        (
            "def total(z):\n    return np.logaddexp.reduce(z)",
            "total(np.array([0.5, 0.25]))\ntotal(np.array([900.0, 0.5]))",
        ),
        "def total(z):\n    return np.log(np.sum(np.exp(z)))",
        "where `z` contains large numbers",
    ),
    Example(  # both probes hold labels of 0, so these can't be the cause
        "overflow",
        (
            "def loss(labels, z):\n    return np.sum(np.logaddexp.reduce(z)) - np.sum(z[labels])",
            "loss(np.array([0, 1]), np.array([0.5, 0.25, 1]))\n"
            "loss(np.array([0, 1]), np.array([900.0, 0.5, 1]))",
        ),
        "def loss(labels, z):\n    return -np.sum(z[labels]) + np.log(np.sum(np.exp(z)))",
        "where `z` contains large numbers",
    ),
    Example(
        "whole_numbers",
        ("def half(x):\n    return x / 2", "half(np.array([1, 2, 3]))\nhalf(np.array([7, 9]))"),
        "def half(x):\n    return x // 2",
        "the right ones as whole numbers",
    ),
    Example(
        "whole_numbers",
        ("def half(x):\n    return x / 2", "half(np.array([1, 2, 3]))\nhalf(np.array([-7, 9]))"),
        "def half(x):\n    y = np.zeros_like(x)\n    y[:] = x / 2\n    return y",
        "an array of integers",
    ),
    Example(
        "factor",
        LOSS,
        "def mse(y, y_hat):\n    return np.sum((y - y_hat) ** 2)",
        "times the number of elements in `y`: is something added up",
    ),
    Example(
        "factor",
        (
            "def gradient(x, e):\n    return x.T @ e / len(x)",
            "gradient(rng.normal(size=(5, 3)), rng.normal(size=5))\n"
            "gradient(rng.normal(size=(8, 2)), rng.normal(size=8))",
        ),
        "def gradient(x, e):\n    return x.T @ e",
        "times the number of examples in `x`",
    ),
    Example(
        "factor",
        (
            "def gradient(x, e):\n    return x.T @ e",
            "gradient(rng.normal(size=(5, 3)), rng.normal(size=5))\n"
            "gradient(rng.normal(size=(8, 2)), rng.normal(size=8))",
        ),
        "def gradient(x, e):\n    return x.T @ e / x.shape[1]",
        "divided by the number of columns of `x`",
    ),
    Example("factor", SQUARE, "def square(z):\n    return 2 * z ** 2", "twice the right value"),
    Example("factor", SQUARE, "def square(z):\n    return z ** 2 / 2", "half the right value"),
    Example("factor", SCORES, "def scores(x, w):\n    return -x @ w", "times -1"),
    Example("factor", SQUARE, "def square(z):\n    return 1.7 * z ** 2", "the same factor, 1.7"),
    Example("factor", SQUARE, "def square(z):\n    return 100 * z ** 2", "the same factor, 100"),
    Example(
        "factor",
        (
            "def shares(x):\n    return x / x.sum()",
            "shares(rng.uniform(1, 2, size=4))\nshares(rng.uniform(1, 2, size=3))",
        ),
        "def shares(x):\n    return 100 * x / x.sum()",
        "in per cent, where a",
    ),
    Example("factor", ENTROPY, "def entropy(p):\n    return -np.sum(p * np.log2(p))", "base 2"),
    Example("factor", ENTROPY, "def entropy(p):\n    return -np.sum(p * np.log10(p))", "base 10"),
    Example(
        "factor",
        (
            "def angle(x, y):\n    return np.arctan2(y, x)",
            "angle(np.array([1.0, 2.0, -1.0]), np.array([1.0, 0.5, 3.0]))",
        ),
        "def angle(x, y):\n    return np.degrees(np.arctan2(y, x))",
        "are these degrees?",
    ),
    Example(
        "factor",
        (
            "def spread(x):\n    return x.std(axis=0)",
            "spread(rng.normal(size=(6, 3)))\nspread(rng.normal(size=(9, 2)))",
        ),
        "def spread(x):\n    return x.std(axis=0, ddof=1)",
        "`ddof`",
    ),
    Example("offset", SQUARE, "def square(z):\n    return z ** 2 + 1", "the same amount, +1"),
    Example(
        "complement",
        ("def share(x):\n    return x / x.sum()", "share(np.array([1.0, 3.0, 4.0]))"),
        "def share(x):\n    return 1 - x / x.sum()",
        "the opposite",
    ),
    Example(
        "reciprocal",
        (
            "def ratio(a, b):\n    return a / b",
            "ratio(np.array([1.0, 2, 5]), np.array([3.0, 7, 4]))",
        ),
        "def ratio(a, b):\n    return b / a",
        "upside down",
    ),
    Example(
        "squared",
        (
            "def norms(x):\n    return np.sqrt((x**2).sum(axis=1))",
            "norms(rng.normal(size=(4, 3)))",
        ),
        "def norms(x):\n    return (x**2).sum(axis=1)",
        "a square root missing",
    ),
    Example(
        "squared",
        ("def energies(x):\n    return (x**2).sum(axis=1)", "energies(rng.normal(size=(4, 3)))"),
        "def energies(x):\n    return np.linalg.norm(x, axis=1)",
        "a root too many",
    ),
    Example(
        "some_signs",
        ("def cube(z):\n    return z**3", "cube(np.array([-1.0, 2.0, -3.0]))"),
        "def cube(z):\n    return np.abs(z**3)",
        "the wrong sign",
    ),
    Example(
        "rounded",
        ("def share(x):\n    return x / x.sum()", "share(np.array([1.0, 3.0, 7.0, 5.0]))"),
        "def share(x):\n    return np.round(x / x.sum(), 3)",
        "rounded",
    ),
    Example(
        "another_order",
        ("def backwards(x):\n    return x[::-1]", "backwards(np.array([3.0, 1.0, 2.0, 5.0]))"),
        "def backwards(x):\n    return np.sort(x)",
        "wrong places",
    ),
    Example(
        "only_one_example",
        SCORES,
        "def scores(x, w):\n    return np.array([x[0] @ w] * len(x))",
        "a single example",
    ),
    Example(
        "only_one_example",
        SCORES,
        "def scores(x, w):\n    return x[:1] @ w",
        "a single example",
    ),
    Example(
        "hard_coded",
        LOSS,
        "def mse(y, y_hat):\n    return 4.25 / 3",
        "the same, whatever comes in",
    ),
    Example(
        "hard_coded",
        RELU,
        "def relu(z):\n    return np.array([0.0, 2.0, 0.5])",
        "the same, whatever comes in",
    ),
    Example(
        "changed_in_place",
        RELU,
        "def relu(z):\n    z[z < 0] = 0\n    return z",
        "changes its argument `z`",
    ),
    Example(
        "reads_the_notebook",
        RELU,
        "def relu(z):\n    return np.maximum(scores, 0)",
        "`scores` from the notebook",
        before="scores = np.array([-1.0, 2.0, 0.5])",
    ),
    Example(
        "draws_elsewhere",
        ("def draw(rng, n):\n    return rng.normal(size=n)", "draw(rng, 3)\ndraw(rng, 5)"),
        "def draw(rng, n):\n    return np.random.default_rng(7).normal(size=n)",
        "draws nothing from the `rng`",
    ),
    Example(
        "another_answer_each_time",
        RELU,
        "def relu(z):\n    return np.maximum(z, np.random.rand())",
        "two different answers",
    ),
    Example(
        "another_answer_each_time",
        SQUARE,
        "seen = []\ndef square(z):\n    seen.append(z)\n    return len(seen) * z ** 2",
        "kept from the last call",
    ),
    Example(
        "unfinished",
        (
            "class Line:\n    def forward(self, x):\n        return 2 * x\n"
            "    def backward(self, d):\n        return 2 * d",
            "Line().forward(3.0)\nLine().backward(3.0)",
        ),
        "class Line:\n    def forward(self, x):\n        return 2 * x\n"
        "    def backward(self, d):\n        ...",
        "still stands in `Line.backward`",
    ),
    Example("decimal_comma", NUMBER, "power = 0,2", "`0.2`"),
    Example(
        "outputs_swapped",
        GRADIENTS,
        "def gradients(x, e):\n    return e.sum(axis=0), x.T @ e",
        "the first and the second stand in each other's places",
    ),
    Example(
        "outputs_swapped",
        (
            "def ends(x):\n    return {'low': x.min(), 'high': x.max()}",
            "ends(rng.normal(size=5))\nends(rng.normal(size=3))",
        ),
        "def ends(x):\n    return {'low': x.max(), 'high': x.min()}",
        "`low` and `high` stand in",
    ),
    Example(
        "same_twice",
        (
            "def moments(m, v, g):\n    return 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2",
            "moments(rng.normal(size=3), rng.normal(size=3), rng.normal(size=3))\n"
            "moments(rng.normal(size=4), rng.normal(size=4), rng.normal(size=4))",
        ),
        "def moments(m, v, g):\n    m = v = np.zeros_like(g)\n    m += g\n    v += g**2\n"
        "    return m, v",
        "the first and the second hold the same numbers",
    ),
    Example("pooled", SLOPES, WITH_ALL_NUDGED, "Every entry of your result is the sum"),
    Example(
        "pooled",
        ("def deviations(x):\n    return x + 1", "deviations(rng.normal(size=5))"),
        "def deviations(x):\n    return np.full(x.shape, np.mean(x + 1))",
        "is the mean of all",
    ),
    Example(
        "all_the_same",
        (
            "def noise(rng, n):\n    return rng.normal(size=n)",
            "noise(rng, 4)\nnoise(rng, 5)",
        ),
        "def noise(rng, n):\n    return np.full(n, rng.normal())",
        "as if one draw served for all",
    ),
    Example(
        "all_the_same",
        (
            "def masks(rng, n):\n    return rng.uniform(size=(n, 3)).round(2)",
            "masks(rng, 4)\nmasks(rng, 5)",
        ),
        "def masks(rng, n):\n    return np.tile(rng.uniform(size=3) + 1, (n, 1))",
        "All rows of your result are the same",
    ),
    Example(
        "clipped",
        RELU,
        "def relu(z):\n    return np.clip(z, 0, 0.3)",
        "every larger one is cut off",
    ),
    Example(
        "clipped",
        (
            "def squash(z):\n    return 1 / (1 + np.exp(-z))",
            "squash(np.array([-2.0, 0.5, 1.0]))\nsquash(np.array([-30.0, -20.0, 20.0, 40.0]))",
        ),
        "def squash(z):\n    return 1 / (1 + np.exp(-np.clip(z, -10, 10)))",
        "from 4.5398e-05 to 0.99995, and all beyond are cut off at these borders",
    ),
    Example(
        "counted_all",
        (
            "def hits(y, y_hat):\n    return int((y == y_hat).sum())",
            "hits(rng.integers(0, 3, size=9), rng.integers(0, 3, size=9))\n"
            "hits(rng.integers(0, 3, size=7), rng.integers(0, 3, size=7))",
        ),
        "def hits(y, y_hat):\n    return len(y == y_hat)",
        "all elements in `y`",
    ),
    Example(
        "size_of_example",
        (
            "def average(x):\n    return x.sum(axis=0) / len(x)",
            "average(np.array([[1.5, 2.0], [3.0, 4.0]]))\naverage(rng.normal(size=(2, 3)))\n"
            "average(rng.normal(size=(5, 3)))\naverage(rng.normal(size=(4, 2)))",
        ),
        "def average(x):\n    return x.sum(axis=0) / 2",
        "in those where `x` has 2 rows",
    ),
    Example(
        "another_step",
        (SHARES[0], SHARES[1]),
        "def shares(z):\n    return np.exp(z)",
        "divided by the sum of each row, would be right",
    ),
    Example(
        "zeros",
        LEAK,
        "def leak(z):\n    return np.where(z > 0, z, 0.3 * z) * (np.abs(z) < 0.6)",
        "Wherever it is wrong, you have 0",
    ),
    Example(
        "beside_an_input",
        STEP,
        "def step(w, grad, rate):\n    return w - rate * grad + w",
        "the right ones plus `w`",
    ),
    Example(
        "of_inputs_alone",
        NEURON,
        "def neuron(x, w, b):\n    return x @ w",
        "are `x @ w`. Which of",
    ),
    Example(
        "line_by_line",
        (
            "def scaled(x):\n    return (x - x.mean(axis=0)) / (x.std(axis=0) + 1.0)",
            "scaled(rng.normal(size=(4, 2)))\nscaled(rng.normal(size=(5, 3)))",
        ),
        "def scaled(x):\n    return (x - x.mean(axis=0)) / (x.std(axis=0) + 2.0)",
        "off by one factor for each column",
    ),
    Example(
        "at_an_edge",
        SLOPES_BESIDE,
        "def rises(x):\n    r = np.diff(x, append=0)\n    return r",
        "All is right but the last entry",
    ),
    Example(
        "on_one_side",
        LEAK,
        "def leak(z):\n    return np.where(z > 0, z, np.expm1(z))",
        "where `z` is a negative number",
    ),
    Example(
        "from_a_place_on",
        LOSSES,
        """
        def losses(w, steps):
            found = [w * w]
            for k in range(steps):
                w = w - 0.1 * (k + 1) * w
                found.append(w * w)
            return found
        """,
        "It begins right",
    ),
    Example(
        "some_results",
        GRADIENTS,
        "def gradients(x, e):\n    return x.T @ np.abs(e), e.sum(axis=0)",
        "the second is right each time; the first is not",
    ),
    Example("special_inputs", SCALED, SCALED_IN_ALL, "a column of `x` is constant"),
    Example(
        "special_inputs",
        (
            "def added(x):\n    return np.sum(x) if len(x) else -1.0",
            "added(np.array([1.5, 2.0]))\nadded(rng.normal(size=5))\nadded(np.zeros(0))",
        ),
        "def added(x):\n    return np.sum(x)",
        "`x` is empty",
    ),
    Example(
        "each_once", WORDS, "def words(text):\n    return list(dict.fromkeys(text.split()))", "lost"
    ),
    Example(
        "mixed_up", WORDS, "def words(text):\n    return text.split()[::-1]", "in reverse order"
    ),
    Example(
        "fractions",
        (
            "def best(x):\n    return np.argsort(-x)[:2]",
            "best(np.array([0.5, 2.5, 1.5]))\nbest(rng.normal(size=6))",
        ),
        "def best(x):\n    return np.sort(x)[::-1][:2]",
        "not their places",
    ),
    Example(
        "all_whole",
        (
            "def up_to(x):\n    return np.cumsum(3 * x)",
            "up_to(rng.normal(size=6))\nup_to(rng.normal(size=9))",
        ),
        "def up_to(x):\n    return np.cumsum((3 * x).astype(int))",
        "numbers that are wrong are whole",
    ),
]
RIGHT = {
    "relu": "def relu(z):\n    return z * (z > 0)",
    "mse": "def mse(y, y_hat):\n    return sum((a - b) ** 2 for a, b in zip(y, y_hat)) / len(y)",
    "scores": "def scores(x, w):\n    return (x * w).sum(axis=-1)",
    "square": "def square(z):\n    return z * z",
    "entropy": "def entropy(p):\n    return np.sum(p * np.log(1 / p))",
    "mean": "def mean(x):\n    return x.sum(axis=0) / len(x)",
    "total": "def total(x):\n    return x @ np.ones(x.shape[1])",
}
STARTERS = {
    "unfinished": "class Line:\n    def forward(self, x):\n        ...\n"
    "    def backward(self, d):\n        ..."
}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.cause}-{e.words[:20]}")
def test_cause_is_named(bench, example):
    starter = STARTERS.get(example.cause)
    verdict = bench(*example.question, starter=starter).judge(example.wrong, example.before)
    assert verdict.kind == INCORRECT
    assert (verdict.cause, example.words in verdict.message) == (example.cause, True), verdict


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.cause}-{e.words[:20]}")
def test_no_diagnosis_fires_on_the_right_answer(bench, example):
    made = bench(*example.question)
    name = made.question.name
    for code in (made.question.answer, RIGHT.get(name, made.question.answer)):
        if name == "total" and "logaddexp" in made.question.answer:
            code = made.question.answer
        answer = made.look(code)
        verdict = made.judge(code)
        assert verdict.is_correct, verdict
        assert verdict.remarks == ()
        case = make_case(made.question, answer)
        assert [d.__name__ for d in DIAGNOSES if d(case)] == []


def test_every_diagnosis_has_an_example():
    assert {example.cause for example in EXAMPLES} == {d.__name__ for d in DIAGNOSES}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.cause}-{e.words[:20]}")
def test_message_has_at_most_two_sentences_or_three_short_ones(bench, example):
    verdict = bench(*example.question).judge(example.wrong, example.before)
    assert len(verdict.message) < 260


def test_hidden_values_are_not_in_the_message(bench):
    made = bench(*LOSS)
    for wrong in ("return 1.0", "return np.sum((y - y_hat) ** 2)", "return [1.0]"):
        verdict = made.judge(f"def mse(y, y_hat):\n    {wrong}")
        assert verdict.evidence.expected == "1.4167"
        assert "1.41" not in verdict.message


@pytest.mark.parametrize(
    "wrong", ["0.3", "-0.2", "[0.2]", "np.array([0.3])", "np.ones(2)", "'0.2'"]
)
def test_a_number_that_is_asked_is_shown_nowhere(bench, wrong):
    _is_not_given_away(bench(*NUMBER).judge(f"power = {wrong}"))


@pytest.mark.parametrize("wrong", ["(3, 10)", "[8, 3]", "(10,)", "(10, 3, 1)", "(10, None)", "30"])
def test_a_shape_that_is_asked_is_shown_nowhere(bench, wrong):
    _is_not_given_away(bench("W_shape = (10, 3)", "W_shape").judge(f"W_shape = {wrong}"))


def _is_not_given_away(verdict):
    assert verdict.kind == INCORRECT
    assert verdict.evidence.received
    assert not verdict.evidence.expected
    assert not verdict.evidence.detail
    assert "example of the task" not in verdict.message


@pytest.mark.parametrize(
    ("wrong", "received", "expected"),
    [("4.0", "4.0", "3.14"), ("np.pi", "3.1416", "3.14"), ("3.14001", "3.14001", "3.14")],
)
def test_two_values_that_differ_never_look_the_same(bench, wrong, received, expected):
    pair = bench("def pair(n):\n    return np.array([1.0, 3.14])", "pair(2)")
    verdict = pair.judge(f"def pair(n):\n    return np.array([1.0, {wrong}])")
    assert verdict.evidence.detail == f"entry 1: you have {received}, expected {expected}"
    assert verdict.evidence.received != verdict.evidence.expected


@pytest.mark.parametrize(("seconds", "remarks"), [(0.5, 1), (0.015, 0)])
def test_slow_loop_is_a_remark_and_costs_nothing(bench, seconds, remarks):
    made = bench("def total(x):\n    return x.sum()", "total(np.ones(1000))")
    assert made.question.expected[0].seconds is None
    answer = made.look("def total(x):\n    return sum(x)")
    slow = replace(answer, observations=(replace(answer.observations[0], seconds=seconds),))
    verdict = judge(made.question, slow)
    assert verdict.is_correct
    assert ["loop over elements" in r for r in verdict.remarks] == [True] * remarks


@pytest.mark.parametrize(
    ("body", "remarks"),
    [
        ("np.array([v for v in x]).sum()", 1),
        ("np.vectorize(float)(x).sum()", 1),
        ("slowly(x)", 1),
        ("np.sum(x)", 0),
        ("x @ np.ones_like(x)", 0),
    ],
)
def test_slow_code_without_a_loop_is_blamed_for_none(bench, body, remarks):
    made = bench("def total(x):\n    return x.sum()", "total(np.ones(1000))")
    helper = "def slowly(x):\n    s = 0\n    while s < len(x):\n        s = s + 1\n    return s"
    answer = made.look(f"def total(x):\n    return {body}", helper)
    slow = replace(answer, observations=(replace(answer.observations[0], seconds=0.5),))
    assert len([r for r in judge(made.question, slow).remarks if "loop" in r]) == remarks


def test_slow_code_that_takes_no_array_is_no_loop_over_elements(bench):
    made = bench("def total(x):\n    return sum(x)", "total([1.0] * 1000)")
    answer = made.look("def total(x):\n    return 0 + sum(x)")
    slow = replace(answer, observations=(replace(answer.observations[0], seconds=0.5),))
    assert judge(made.question, slow).remarks == ()


def test_a_matrix_of_one_entry_is_no_single_example(bench):
    right = "def largest(a):\n    return np.linalg.eigvalsh(a)[-1]"
    probes = ["largest(np.array([[2.0]]))", "largest(np.array([[2.0, 1.0], [1.0, 2.0]]))"]
    verdict = bench(right, "\n".join(probes)).judge("def largest(a):\n    return np.linalg.norm(a)")
    assert verdict.cause != "only_one_example"


def test_warning_is_a_remark(bench):
    right = "def sigmoid(z):\n    return (1 + np.tanh(z / 2)) / 2"
    plain = "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))"
    verdict = bench(right, "sigmoid(np.array([-1000.0, 0.0]))").judge(plain)
    assert verdict.is_correct
    assert "overflow" in verdict.remarks[0]


def test_a_warning_of_another_library_is_not_called_numpys(bench):
    code = "import warnings\ndef relu(z):\n    warnings.warn('Prefer it.')\n    return z * (z > 0)"
    verdict = bench(*RELU).judge(code)
    assert verdict.remarks[0].endswith("a warning came on the way: Prefer it.")


def test_reading_the_notebook_is_a_remark_when_the_values_are_right(bench):
    code = "def relu(z):\n    return np.maximum(z, floor)"
    verdict = bench(*RELU).judge(code, before="floor = 0.0")
    assert verdict.is_correct
    assert "`floor`" in verdict.remarks[0]


def test_constant_in_capitals_is_no_cause(bench):
    code = "def relu(z):\n    return np.maximum(z, EPSILON)"
    verdict = bench(*RELU).judge(code, before="EPSILON = 0.5")
    assert verdict.cause != "reads_the_notebook"


def test_given_data_read_in_place_of_an_argument_is_named(bench):
    given = "import numpy as np\nx_train = np.array([-1.0, 2.0, 0.5])\n"
    made = bench(*RELU, given=given)
    verdict = made.judge("def relu(z):\n    return np.maximum(x_train, 0)")
    assert verdict.cause == "reads_the_notebook"
    assert made.judge("def relu(z):\n    return np.maximum(z, 0 * x_train[0])").is_correct


def test_authors_misconception_comes_before_a_general_diagnosis(bench):
    wrong = ("You forgot to divide by n.", "def mse(y, y_hat):\n    return ((y - y_hat)**2).sum()")
    verdict = bench(*LOSS, wrong=[wrong]).judge(
        "def mse(y, y_hat):\n    d = y_hat - y\n    return d @ d"
    )
    assert (verdict.cause, verdict.message) == ("misconception 1", "You forgot to divide by n.")


def test_plain_difference_is_the_last_resort(bench):
    verdict = bench(*RELU).judge("def relu(z):\n    return np.sin(z) + z ** 2")
    assert verdict.cause == "difference"
    assert verdict.evidence.inputs == (("z", "[-1.0, 2.0, 0.5] of shape (3,)"),)
    assert verdict.evidence.expected == "[0.0, 2.0, 0.5] of shape (3,)"
    assert verdict.evidence.detail == "entry 0: you have 0.15853, expected 0.0"


@pytest.mark.parametrize(
    ("factor", "words"), [(3.0, "number of examples"), (2.0, "twice"), (2.5, "same factor, 2.5")]
)
def test_factor_has_the_meaning_of_its_size(bench, factor, words):
    question = ("def double(x):\n    return 2 * x", "double(rng.normal(size=(3, 2)))")
    verdict = bench(*question).judge(f"def double(x):\n    return {factor} * 2 * x")
    assert words in verdict.message


def test_a_list_of_numbers_is_off_by_one_amount_only_if_all_of_it_is(bench):
    """One wrong number of four is not "every value", however often it is the same one."""
    made = bench(
        "def above(w):\n    return [int(k * w > 0.5) for k in (0.1, 0.2, 0.3, 1.0)]",
        "above(1.0)\nabove(1.1)\nabove(1.2)",
    )
    one = made.judge("def above(w):\n    return [0, 0, 0, 0]")
    assert (one.kind, one.cause) == (INCORRECT, "difference")
    every = made.judge("def above(w):\n    return [2, 2, 2, 3]")
    assert every.cause == "offset"


def test_a_standard_deviation_over_the_rows_is_not_told_to_leave_the_rows_alone(bench):
    """One row alone hides it, by luck: its result is 0 whatever the divisor."""
    made = bench(
        "def scaled(x):\n    return (x - x.mean(axis=0)) / (x.std(axis=0) + 1.0)",
        "scaled(np.array([[2.0, 4.0]]))\nscaled(rng.normal(size=(4, 2)))",
    )
    verdict = made.judge("def scaled(x):\n    return (x - x.mean(axis=0)) / (x.std(axis=0) + 2.0)")
    assert verdict.cause == "line_by_line"
    assert "for each column" in verdict.message


LAYERS = (
    "def run(x, layers):\n    for W, f in layers:\n        x = f(x @ W)\n    return x",
    """
    run(np.array([[1.0, 2.0]]), [(np.ones((2, 2)), np.abs), (np.ones((2, 1)), np.abs)])
    run(rng.normal(size=(5, 3)), [(rng.normal(size=(3, 4)), np.tanh)])
    run(rng.normal(size=(5, 3)), [(rng.normal(size=(3, 4)), np.sin), (np.ones((4, 2)), np.cos)])
    """,
)


def test_square_and_oblong_results_may_both_be_turned(bench):
    probes = "f(np.ones((2, 3)), 2)\nf(rng.normal(size=(3, 3)), 2)\nf(rng.normal(size=(4, 1)), 2)"
    made = bench("def f(x, n):\n    return n * x", probes)
    assert made.judge("def f(x, n):\n    return n * x.T").cause == "transposed"
    assert made.judge("def f(x, n):\n    return x.T").cause != "transposed"


def test_zeros_are_not_blamed_where_it_may_be_the_sign(bench):
    layer = (
        "def layer(x, b):\n    return x.sum(axis=1) + b",
        "layer(rng.normal(size=(6, 3)), rng.normal(size=6))\n"
        "layer(rng.normal(size=(7, 2)), rng.normal(size=7))\n"
        "layer(np.arange(6.0).reshape(3, 2), np.zeros(3))",
    )
    wrong = "def layer(x, b):\n    return np.maximum(x.sum(axis=1), 0)"
    assert bench(*layer).judge(wrong).cause != "only_where_zero"


def test_zeros_are_not_blamed_where_rows_and_columns_are_as_many(bench):
    shares = (
        "def shares(z):\n    e = np.exp(z)\n    return e / e.sum(axis=1, keepdims=True) - 0.25",
        "shares(np.zeros((2, 2)) + 0)\n"
        "shares(rng.normal(size=(5, 3)))\nshares(rng.normal(size=(4, 6)))",
    )
    signs = shares[0].replace("- 0.25", "- np.eye(*z.shape)")
    wrong = signs.replace("axis=1", "axis=0")
    assert bench(signs, shares[1]).judge(wrong).cause != "only_where_zero"


def test_a_single_zero_is_a_number_like_others(bench):
    surprise = (
        "def surprise(y, p):\n    return -np.mean(y * np.log(p + 0.1) + (1 - y) * np.log(1.1 - p))",
        "surprise(np.array([1.0]), np.array([0.0]))\n"
        "surprise(np.array([0.0]), np.array([0.3]))\n"
        "surprise(rng.integers(0, 2, 9), rng.uniform(size=9))",
    )
    wrong = surprise[0].replace("1.1 - p", "p + 0.1")
    assert bench(*surprise).judge(wrong).cause != "only_where_zero"


def test_as_many_columns_as_came_in_are_no_wrong_axis(bench):
    made = bench(*LAYERS)
    verdict = made.judge("def run(x, layers):\n    (W, f) = layers[0]\n    return f(x @ W)")
    assert verdict.cause == "wrong_shape"


def test_a_table_of_other_numbers_is_no_part_of_the_right_one(bench):
    verdict = bench(*TABLE).judge("def steps(x):\n    return x[1:, 2:] - x[:-1, :-2]")
    assert verdict.cause not in ("left_out", "too_many")


def test_what_the_check_makes_of_an_answer_has_no_shape_of_the_learners(bench):
    probes = "def seen(n):\n    return np.zeros(n)\n# says: what is seen\nseen(size(3))"
    verdict = bench("def size(n):\n    return n", probes).judge("def size(n):\n    return 0")
    assert "Your array" not in verdict.message


def test_what_the_check_collects_is_no_list_of_the_learners(bench):
    probes = "[k for k in range(5) if k not in even(5)]"
    right = "def even(n):\n    return list(range(0, n, 2))"
    verdict = bench(right, probes).judge("def even(n):\n    return [0, 2]")
    assert verdict.cause not in ("too_many", "wrong_length")


def test_a_shape_is_not_blamed_beside_a_case_where_it_is_right(bench):
    made = bench(
        "def first(x, n):\n    return x[:n] + 1", "first(np.ones(3), 3)\nfirst(np.ones(5), 2)"
    )
    assert made.judge("def first(x, n):\n    return x").cause == "difference"
    assert made.judge("def first(x, n):\n    return x[1:]").cause == "wrong_shape"


def test_an_input_that_is_a_function_is_shown_by_its_name(bench):
    shown = dict(bench(*LAYERS).judge("def run(x, layers):\n    return x").evidence.inputs)
    assert "judged" not in shown["layers"]


def test_an_error_that_the_author_knows_is_shown_and_no_value(bench):
    right = "def layer(x, W):\n    return x @ W"
    made = bench(right, "layer(np.ones((1, 2)), np.ones((2, 3)))", [("Turned.", TURNED)])
    verdict = made.judge(TURNED)
    assert verdict.message == "Turned."
    assert verdict.evidence.error.startswith("ValueError: matmul")
    assert not verdict.evidence.received


TURNED = "def layer(x, W):\n    return x @ W.T"


def test_an_array_of_objects_is_described_with_its_article(bench):
    made = bench("def ones(n):\n    return np.ones(n)", "ones(2)\nones(3)")
    verdict = made.judge("def ones(n):\n    return np.ones(n).astype(object)")
    assert verdict.message.startswith("You have an array of dtype")


def test_single_number_that_pools_all_entries(bench):
    right = """
    def slope(f, x):
        return np.array([(f(x + 1e-4 * e) - f(x - 1e-4 * e)) / 2e-4 for e in np.eye(len(x))])
    """
    probes = """
    def squares(x):
        return (x**2).sum()
    slope(squares, np.array([1.0, 2.0, -4.0]))
    slope(squares, rng.normal(size=4))
    """
    wrong = "def slope(f, x):\n    return (f(x + 1e-4) - f(x - 1e-4)) / 2e-4"
    verdict = bench(right, probes).judge(wrong)
    assert verdict.cause == "pooled"
    assert "a single number, the sum of all" in verdict.message


DRAW = ("def draw(rng, n):\n    return rng.normal(size=n)", "draw(rng, 3)\ndraw(rng, 5)")


@pytest.mark.parametrize("body", ["rng.uniform(size=n)", "rng.normal(size=n + 1)"])
def test_generator_that_is_used_wrongly_is_not_called_unused(bench, body):
    verdict = bench(*DRAW).judge(f"def draw(rng, n):\n    return {body}")
    assert verdict.cause != "draws_elsewhere"


def test_lists_of_unlike_lengths_as_inputs_are_no_trouble(bench):
    """An input of lists that make no array was once the end of the check."""
    head = "def longest(rows, extra):\n    most = max(map(len, rows))\n"
    right = f"{head}    return np.array([most + extra.sum(), 1.5])"
    probes = "\n".join(
        f"longest({rows}, np.array([{more}]))"
        for rows, more in (
            ("[[1], [1, 2], [3]]", "0.25, 0.5"),
            ("[[1, 4, 2], [3]]", "0.5, 1.75"),
            ("[[], [3, 2], [1]]", "0.5, 0.25"),
        )
    )
    wrong = f"{head}    return np.array([most + extra.sum() * (len(rows) == 2), 1.5])"
    assert not bench(right, probes).judge(wrong).is_correct


def test_a_diagnosis_that_stumbles_is_silent_for_a_learner_and_heard_in_tests(monkeypatch):
    def stumbles(case):
        raise ValueError("rows of unlike lengths")

    with pytest.raises(ValueError, match="unlike"):
        _or_silent(stumbles)(None)
    monkeypatch.delenv(STRICT)
    assert _or_silent(stumbles)(None) is None


def test_a_call_that_gave_two_answers_is_the_one_that_is_shown(bench):
    question = bench(
        "def double(x):\n    return 2.0 * x", "double(np.ones(2))\ndouble(np.arange(3.0))"
    )
    verdict = question.judge(
        "calls = []\ndef double(x):\n    calls.append(1)\n"
        "    return 3.0 * x if len(x) == 2 else 2.0 * x + len(calls) % 2"
    )
    assert verdict.cause == "another_answer_each_time"
    assert dict(verdict.evidence.inputs)["x"].startswith("[0.0, 1.0, 2.0]"), verdict.evidence


def test_the_kept_axis_at_the_other_end_is_no_other_axis(bench):
    question = bench(
        "def means(x):\n    return x.mean(axis=1, keepdims=True)",
        "means(rng.normal(size=(3, 2)))\nmeans(rng.normal(size=(4, 4)))",
    )
    verdict = question.judge("def means(x):\n    return np.median(x, axis=1)[None, :]")
    assert "another axis" not in verdict.message
