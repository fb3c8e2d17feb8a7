"""A workbench: a question made of a right answer and its probes, to judge other answers by."""

import textwrap
from dataclasses import dataclass, replace

import pytest

from course_utils.checking.data.question import Question, Task, WrongAnswer
from course_utils.checking.expecting.expectation import expectation, for_recognition, run_variant
from course_utils.checking.expecting.probes import outside_of, parse
from course_utils.checking.judging.judge import judge
from course_utils.checking.judging.measure import measure
from course_utils.checking.observing.answer import given_namespace, look_at
from course_utils.checking.observing.observe import observe
from course_utils.checking.observing.run import run_cell

GIVEN = "import numpy as np\nimport math\n"
SEED = 0


@dataclass(frozen=True)
class Workbench:
    """One question; `judge(code)` is the verdict on an answer written as source."""

    question: Question
    given: dict

    def look(self, code, before=""):
        """What is observed of an answer; `before`: cells of the notebook that ran before it."""
        space = dict(self.given)
        run_cell(textwrap.dedent(before), "<cell before>", space)
        run_cell(textwrap.dedent(code), "<cell answer>", space)
        return look_at(self.question.task, space, self.given, SEED)

    def judge(self, code, before=""):
        return judge(self.question, self.look(code, before))


def make_bench(answer, probes, wrong=(), given=GIVEN, names=None, starter=None, **fields):
    """A workbench for the right `answer` and the text of its probes.

    wrong: (message, code) pairs, the author's misconceptions. names: by default the last that the
    answer defines.
    """
    answer, probes = textwrap.dedent(answer).strip(), textwrap.dedent(probes)
    space = given_namespace((given,))
    known = dict(space)
    run_cell(answer, "<cell right>", space)
    names = names or (next(name for name in reversed(space) if name not in known),)
    helpers, parsed = parse(probes)
    starter = starter or "\n".join(f"{name} = ...  # your code here" for name in names)
    answers = {name: space[name] for name in names}
    observed = tuple(probe.observed for probe in parsed)
    task = Task(tuple(names), starter, observed, helpers)
    outside = outside_of(probes)
    expected = expectation(task, parsed, {**known, **answers}, SEED, outside=outside)
    task = replace(task, handed=tuple(right.handed for right in expected))
    wrong_answers = []
    for message, code in wrong:
        variant = run_variant(textwrap.dedent(code), space, "variant")
        mine = {name: variant[name] for name in names}
        rows = zip(parsed, observe(task, {**known, **mine}, SEED), expected, strict=True)
        seen = [measure(outside, probe, one, right.beside) for probe, one, right in rows]
        wrong_answers.append(WrongAnswer(message, code, values=for_recognition(seen)))
    question = Question(
        names=tuple(names),
        number="1.1",
        points=1.0,
        minutes=1,
        difficulty=1,
        answer_id="answer",
        starter=starter,
        answer=answer,
        explanation="",
        hints=("first", "second", "third"),
        helpers=helpers,
        outside=outside,
        probes=parsed,
        expected=expected,
        wrong_answers=tuple(wrong_answers),
        **fields,
    )
    return Workbench(question, known)


@pytest.fixture(scope="session")
def bench():
    return make_bench
