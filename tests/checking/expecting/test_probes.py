"""A probes cell is read as expressions, judges with their arguments, and helper code."""

import pytest

from course_utils.checking.data.question import Task
from course_utils.checking.expecting.probes import ProbeError, parse
from course_utils.checking.observing.observe import observe


def test_expressions_are_probes_and_the_rest_is_helper_code():
    helpers, probes = parse(
        "import math\n# a comment\ndef twice(x):\n    return 2 * x\nx = 3\nf(x)\nf(twice(x)) + 1\n"
    )
    assert helpers == "import math\ndef twice(x):\n    return 2 * x\nx = 3"
    assert [(p.observed, p.judge, p.arguments) for p in probes] == [
        ("f(x)", "close", {}),
        ("f(twice(x)) + 1", "close", {}),
    ]


def test_helper_keeps_its_decorators_so_that_a_cache_lasts_from_probe_to_probe():
    source = """
import functools
runs = []
@functools.cache
@functools.wraps(len)
def train(n):
    runs.append(n)
    return n
@functools.total_ordering
class Size:
    def __eq__(self, other): return True
    def __lt__(self, other): return False
f(train(3))
f(train(3)) + (Size() >= Size())
len(runs)
"""
    helpers, probes = parse(source)
    seen = observe(Task(("f",), "", tuple(p.observed for p in probes), helpers), {"f": lambda x: x})
    assert [one.value for one in seen] == [3, 4, 1]
    assert not any(one.unsteady for one in seen)


def test_judge_keeps_its_arguments_from_where_answers_run():
    _, (probe,) = parse("accuracy(predict(x), labels, bound=0.9)")
    assert probe.code == "accuracy(predict(x), labels, bound=0.9)"
    assert (probe.observed, probe.judge) == ("predict(x)", "accuracy")
    assert probe.arguments == {"0": "labels", "bound": "0.9"}


def test_probe_over_several_lines_is_one():
    _, (probe,) = parse("close(\n    f(1,\n      2),\n    rtol=0.1,\n)")
    assert probe.code == "close( f(1, 2), rtol=0.1, )"
    assert probe.observed == "f(1, 2)"


def test_name_of_a_judge_as_an_attribute_is_a_plain_expression():
    _, (probe,) = parse("model.accuracy(x)")
    assert (probe.judge, probe.observed) == ("close", "model.accuracy(x)")


def test_errors_name_the_line_and_what_to_do():
    with pytest.raises(ProbeError, match="line 3"):  # counted with the cell magic's line
        parse("f(1)\nf(")
    with pytest.raises(ProbeError, match="at_least needs the expression to observe"):
        parse("at_least()")


@pytest.mark.parametrize(
    ("probe", "sentence"),
    [
        ("close(f(1), rtoll=1)", "after the expression, close takes rtol, atol"),
        ("at_least(f(1))", "after the expression, at_least takes bound"),
        ("choice(f(1), 2)", "after the expression, choice takes nothing else"),
        ("gradient_of(f(1))", "after the expression, gradient_of takes function, x, h"),
    ],
)
def test_judge_with_other_arguments_is_refused_with_those_it_takes(probe, sentence):
    with pytest.raises(ProbeError, match=sentence):
        parse(probe)
