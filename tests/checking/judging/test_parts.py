"""What is said of a part of a result: true, or nothing."""

import pytest

from course_utils.checking.judging.diagnoses import DIAGNOSES
from course_utils.checking.judging.judge import make_case

GRADIENTS = (
    "def gradients(x, d):\n    return x.T @ d, d.sum(axis=0), (d * d).sum()",
    """
    gradients(rng.normal(size=(1, 3)), rng.normal(size=(1, 2)))
    gradients(rng.normal(size=(5, 3)), rng.normal(size=(5, 2)))
    gradients(rng.normal(size=(4, 2)), rng.normal(size=(4, 3)))
    """,
)
ONE_HOT = (
    "def push(p, labels):\n    return p - np.eye(p.shape[1])[labels]",
    """
    push(np.array([[0.2, 0.8], [0.7, 0.3]]), np.array([0, 1]))
    push(np.array([[0.2, 0.5, 0.3], [0.1, 0.8, 0.1], [0.6, 0.3, 0.1]]), np.array([2, 1, 0]))
    """,
)
SIZED = (
    "def sized(x):\n    return x / np.where(np.ptp(x, axis=0) == 0, 1, np.ptp(x, axis=0))",
    """
    sized(np.array([[1.0, 5.0, 2.0], [3.0, 5.0, 8.0]]))
    sized(np.array([[4.0, 1.0, 5.0], [4.0, 7.0, 5.0], [4.0, 3.0, 5.0]]))
    """,
)
LABELS = (
    "def nearest(x, y):\n    return y[[np.argmin(np.abs(v - np.arange(len(y)))) for v in x]]",
    "nearest(rng.uniform(0, 30, size=12), rng.permutation(30))\n"
    "nearest(rng.uniform(0, 40, size=15), rng.permutation(40))",
)


@pytest.mark.parametrize(
    ("question", "wrong", "cause", "words"),
    [
        (GRADIENTS, "def gradients(x, d):\n    return x.T @ d, d, (d * d).sum()",
         "part_not_reduced", "The second of your results is one step short"),
        (GRADIENTS, "def gradients(x, d):\n    return x.T @ d, d.sum(axis=0), (d * d).sum(axis=0)",
         "part_not_reduced", "The third of your results is one step short"),
        (ONE_HOT, "def push(p, labels):\n    return p[np.arange(len(p)), labels] - 1",
         "one_of_each_row", "the whole rows are asked"),
        (SIZED, "def sized(x):\n    x = x[:, np.ptp(x, 0) > 0]\n    return x / np.ptp(x, 0)",
         "columns_left_out", "Each column keeps its place"),
        (LABELS, "def nearest(x, y):\n    return y[: len(x)]",
         "of_inputs_alone", "the first entries of `y`"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_part_is_told(bench, question, wrong, cause, words):
    verdict = bench(*question).judge(wrong)
    assert verdict.cause == cause
    assert words in verdict.message


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        (GRADIENTS, "def gradients(x, d):\n    return x.T @ d, 2 * d, (d * d).sum()"),
        (GRADIENTS, "def gradients(x, d):\n    return x.T @ d, d.mean(axis=0), (d * d).sum()"),
        (ONE_HOT, "def push(p, labels):\n    return p[:, 0] * 0.4"),
        (SIZED, "def sized(x):\n    return x[:, :2] * 3"),
        (LABELS, "def nearest(x, y):\n    return np.sort(y)[: len(x)]"),
    ],
)
def test_a_part_that_is_wrong_otherwise_is_not_explained_so(bench, question, wrong):
    causes = {"part_not_reduced", "one_of_each_row", "columns_left_out", "of_inputs_alone"}
    assert bench(*question).judge(wrong).cause not in causes


def test_a_row_of_large_scores_is_not_blamed_for_being_one_row(bench):
    right = "def shares(z):\n    return np.exp(z - z.max()) / np.exp(z - z.max()).sum()"
    probes = """
    shares(np.array([[1000.0, 0.0, -1000.0]]))
    shares(np.array([[1000.0, 1001.0], [999.0, 1000.0]]))
    shares(np.array([[1.0, 2.0], [0.5, 0.7]]))
    shares(np.array([[3.0, 1.0], [0.5, 0.2]]))
    """
    wrong = "def shares(z):\n    e = np.exp(z - z.min())\n    return e / e.sum()"
    verdict = bench(right, probes).judge(wrong)
    assert verdict.cause == "overflow"
    assert "row" not in verdict.message


def test_a_table_of_equal_numbers_is_not_called_one_with_a_constant_column(bench):
    right = "def worst(a, b):\n    return np.abs(a - b).max()"
    probes = """
    worst(np.zeros((2, 2)), np.array([[0.0, 0.3], [0.0, 0.1]]))
    worst(np.array([[0.2, 0.3], [0.4, 0.1]]), np.array([[0.0, 0.3], [0.1, 0.1]]))
    worst(np.array([[0.5, 0.3], [0.4, 0.1]]), np.array([[0.2, 0.3], [0.1, 0.9]]))
    """
    wrong = "def worst(a, b):\n    return np.abs(a - b).max() if a.any() else 0.0"
    assert "constant" not in bench(right, probes).judge(wrong).message


def test_the_case_that_is_shown_is_the_one_whose_type_is_wrong(bench):
    right = "def kept(n):\n    return float(n)"
    probes = "at_most(kept(3), 3)\nkept(0)"
    verdict = bench(right, probes).judge("def kept(n):\n    return n + 1 if n else None")
    assert verdict.cause == "wrong_type"
    assert dict(verdict.evidence.inputs) == {"n": "0"}


def test_a_column_that_happens_to_be_constant_is_not_blamed_for_zeros_elsewhere(bench):
    right = "def worst(a, b):\n    return np.abs(a - b).max()"
    probes = """
    worst(np.zeros((2, 2)), np.array([[0.0, 0.3], [0.0, 0.1]]))
    worst(np.zeros((2, 2)), np.zeros((2, 2)))
    worst(np.array([[0.2, 0.3], [0.4, 0.1]]), np.array([[0.2, 0.3], [0.1, 0.1]]))
    """
    wrong = "def worst(a, b):\n    return np.abs(a - b).max() if a.any() else 0.0"
    assert "constant" not in bench(right, probes).judge(wrong).message


@pytest.mark.parametrize(
    ("right", "probes", "wrong", "cause"),
    [
        # the first of the two things is right by chance, once
        ("return 2 * x", "f(np.zeros(3))\nf(np.ones(3))", "return x, x + 5", "among_others"),
        ("return 2 * x, x", "f(np.zeros(3))\nf(np.ones(3))", "return x * 5", "one_of_several"),
        # one entry is the first and the last, and nothing tells which
        ("return x.sum(axis=1)", "f(np.ones((1, 2)))\nf(np.ones((1, 3)))", "return x.sum()",
         "one_round"),
        # as many of each as are asked, in any place
        ("return np.eye(3)[x]", "f(np.array([2, 0]))\nf(np.array([1, 0, 2]))",
         "return np.eye(3)[np.full(len(x), x[0])]", "another_order"),
        # equal numbers turn into themselves
        ("return 2 * x.T", "f(np.ones((2, 3)))\nf(np.ones((3, 4)))",
         "return 3 * x.reshape(x.shape[::-1])", "reshaped_for_turned"),
    ],
)  # fmt: skip
def test_what_chance_explains_is_no_cause(bench, right, probes, wrong, cause):
    made = bench(f"def f(x):\n    {right}", probes)
    assert made.judge(f"def f(x):\n    {wrong}").cause != cause


def test_a_judge_of_bounds_beside_it_does_not_hide_that_one_row_came_back(bench):
    right = "def f(x):\n    return x.sum(axis=1)"
    probes = "f(rng.normal(size=(4, 2)))\nf(rng.normal(size=(3, 5)))\nat_least(np.size(f(x_)), 3)"
    probes = probes.replace("x_", "np.ones((3, 2))")
    wrong = "def f(x):\n    for row in x:\n        found = row.sum()\n    return found"
    assert bench(right, probes).judge(wrong).cause == "one_round"


def test_one_element_is_not_blamed_where_a_probability_of_0_may_be(bench):
    right = (
        "def f(y, p):\n    return -np.mean(np.log(np.clip(np.where(y == 1, p, 1 - p), 1e-7, 1)))"
    )
    probes = """
    f(np.array([1.0]), np.array([0.0]))
    f(np.array([1.0, 0.0]), np.array([0.3, 0.6]))
    f(np.array([1.0, 1.0, 0.0]), np.array([0.9, 0.8, 0.1]))
    """
    wrong = """
    def f(y, p):
        q = np.where(y == 1, p, 1 - p)
        return -np.log(q[q > 0]).sum() / len(q)
    """
    assert "element" not in bench(right, probes).judge(wrong).message


@pytest.mark.parametrize("name", [d.__name__ for d in DIAGNOSES])
def test_no_diagnosis_stumbles_over_odd_values(bench, name):
    odd = [
        "[(np.ones((2, 3)), np.ones(3)), (np.ones((3, 1)), np.ones(1))]",
        "{'a': [1, (2, 3)]}",
        "np.array(['b', 'a'])", "np.zeros((0, 3))", "np.array([[1, 2], [3, None]])", "1 + 2j", "''",
        "[]", "(None, 3)", "np.ones((1, 2, 3))", "np.float32(2)", "True", "range(3)",
        "(np.ones(2),)",
    ]  # fmt: skip
    probes = "\n".join(f"f({text})" for text in odd)
    diagnosis = next(d for d in DIAGNOSES if d.__name__ == name)
    for right, wrong in (("x", "[x]"), ("[x, x]", "x"), ("str(x)", "(x, 2)"), ("np.shape(x)", "x")):
        made = bench(f"def f(x):\n    return {right}", probes)
        diagnosis(make_case(made.question, made.look(f"def f(x):\n    return {wrong}")))


def test_layers_of_several_shapes_are_no_array_of_probabilities(bench):
    right = "def f(x, layers):\n    for W, b in layers:\n        x = x @ W + b\n    return x"
    probes = """
    f(np.ones((1, 2)), [(np.ones((2, 3)), np.ones(3)), (np.ones((3, 1)), np.ones(1))])
    f(np.ones((2, 2)), [])
    f(rng.normal(size=(3, 2)), [])
    """
    wrong = "def f(x, layers):\n    for W, b in layers:\n        x = 2 * (x @ W + b)\n    return x"
    assert not bench(right, probes).judge(wrong).is_correct


def test_a_window_that_begins_with_0_is_not_right_at_its_first_entry(bench):
    right = "def window(n):\n    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)"
    made = bench(right, "window(4)\nwindow(8)\nwindow(5)")
    wrong = "def window(n):\n    return 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, n))"
    assert made.judge(wrong).cause not in ("at_an_edge", "from_a_place_on")
