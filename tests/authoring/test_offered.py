"""The builder warns of what is right already: a name of the course or of NumPy to assign."""

import pytest

from course_utils.authoring.source import AuthoringError
from course_utils.authoring.trials import open_bench
from course_utils.checking.judging.judge import judge

SIGMOID = """
def sigmoid(z):
    ### BEGIN SOLUTION
    return 1 / (1 + np.exp(-z))
    ### END SOLUTION
"""


@pytest.fixture
def sigmoid(draft):
    draft.heading = "### 1.1 `sigmoid` · 2 points · 3 min · ★☆☆"
    draft.answer, draft.options = SIGMOID, "sigmoid"
    draft.probes = "sigmoid(np.array([-1.0, 2.0]))\nsigmoid(rng.normal(size=(4, 3)))"
    draft.wrong = [
        ("You forgot the minus.", "def sigmoid(z):\n    return 1 / (1 + np.exp(z))"),
        ("You took tanh.", "def sigmoid(z):\n    return np.tanh(z)"),
        ("You forgot the 1.", "def sigmoid(z):\n    return 1 / np.exp(-z)"),
    ]
    draft.right = [
        "def sigmoid(z):\n    return np.exp(z) / (1 + np.exp(z))",
        "def sigmoid(z):\n    return (1 + np.tanh(z / 2)) / 2",
    ]
    return draft


ROOM = "course_utils.nn.activations"
NAME = f"{ROOM}.sigmoid"


def test_what_the_course_has_already_is_named(build_draft, sigmoid):
    warnings = build_draft(sigmoid).warnings
    warning = next(w for w in warnings if f"`sigmoid = {NAME}` is right already" in w)
    assert any("softplus.derivative` is right already" in w for w in warnings)
    assert "--forbid" in warning
    assert "--allow" in warning


def test_numpys_function_is_named_too(build_draft, draft):
    draft.answer = draft.answer.replace("2 * x", "np.e**x")
    draft.right = [
        "def double(x):\n    return np.e**x",
        "def double(x):\n    return np.exp2(x / np.log(2))",
    ]
    assert any("`double = numpy.exp`" in warning for warning in build_draft(draft).warnings)


@pytest.mark.parametrize("option", [f"--forbid {ROOM}", f"--allow {ROOM}"])
def test_decision_of_the_author_ends_the_warning(build_draft, sigmoid, option):
    sigmoid.options = f"sigmoid {option}"
    assert build_draft(sigmoid).warnings == ()


def test_reason_of_the_author_stands_on_the_card(course, build_draft, sigmoid):
    sigmoid.options = f"sigmoid --forbid {NAME}"
    sigmoid.probes = "# forbidden: The formula is the point here.\n" + sigmoid.probes
    sigmoid.given += "\nfrom course_utils.nn import activations"
    build_draft(sigmoid)
    bench = open_bench(course.checks("01_doubling"), "sigmoid")
    verdict = judge(bench.question, bench.answer("sigmoid = activations.sigmoid", "mine"))
    assert verdict.cause == "forbidden"
    assert verdict.next_step.startswith("The formula is the point here.")


def test_rule_that_is_not_known_is_refused_with_those_that_are(build_draft, draft):
    draft.options = "double --rules print-nothing"
    with pytest.raises(AuthoringError, match="prints-nothing"):
        build_draft(draft)


def test_probe_by_the_checks_own_code_wants_words(build_draft, draft):
    draft.probes = (
        "def twice(x):\n    return double(double(x))\ndouble(3.0)\ntwice(3.0)\ndouble(np.arange(3))"
    )
    (warning,) = build_draft(draft).warnings
    assert "`twice(3.0)` uses the check's own `twice`" in warning
    draft.probes = draft.probes.replace("\ntwice(3", "\n# says: doubling 3 twice\ntwice(3")
    assert build_draft(draft).warnings == ()
