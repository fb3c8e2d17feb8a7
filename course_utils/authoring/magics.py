"""The cell magics of a solution notebook; each shows what it proves, in a copy of the namespace."""

from __future__ import annotations

import inspect
import warnings
from dataclasses import replace
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, magics_class
from IPython.display import display

from course_utils.authoring.prove import Bench
from course_utils.authoring.source import AuthoringError, Cell, message_and_code, probe_options
from course_utils.checking.card import Card, card, panel
from course_utils.checking.data.observation import Answer, Observation
from course_utils.checking.data.question import PUBLIC_SEED, Question, Task, WrongAnswer
from course_utils.checking.data.values import decode
from course_utils.checking.expecting.expectation import expectation, run_variant
from course_utils.checking.expecting.probes import ProbeError, outside_of, parse
from course_utils.checking.judging.judge import judge
from course_utils.checking.judging.measure import measured
from course_utils.checking.judging.show import shape, show
from course_utils.checking.observing.answer import look_at
from course_utils.checking.pages import render

SEED = PUBLIC_SEED


@magics_class
class QuestionMagics(Magics):
    """`%%probes`, `%%misconception` and `%%alternative`, each followed by the question's name."""

    def __init__(self, shell) -> None:
        super().__init__(shell)
        self.benches: dict[str, Bench] = {}

    @cell_magic
    def probes(self, line: str, cell: str) -> None:
        """Show each probe with its value under the right answer."""
        names = tuple(probe_options().parse_known_args(line.split())[0].names)
        space = dict(self.shell.user_ns)
        missing = [name for name in names if name not in space]
        if missing or not names:
            what = f"`{missing[0]}` is not defined" if missing else "write names after `%%probes`"
            raise UsageError(f"{what}. Run the question's answer cell first, then this one.")
        try:
            helpers, probes = parse(cell)
            outside = outside_of(cell)
            starter = "\n".join(f"{name} = ..." for name in names)
            observed = tuple(probe.observed for probe in probes)
            task = Task(names, starter, observed, helpers)
            with warnings.catch_warnings(action="ignore"):  # of the probes' own making
                expected = expectation(task, probes, space, SEED, outside=outside)
        except ProbeError as error:
            raise UsageError(f"{error}.") from None
        question = Question(
            names=names, number="", points=1, minutes=0, difficulty=0, answer_id="",
            starter=starter,
            answer=_source(space[names[0]]), explanation="", hints=("above",), helpers=helpers,
            outside=outside,
            probes=probes, expected=expected, wrong_answers=(),
        )  # fmt: skip
        self.benches[names[0]] = Bench(question, space, space, SEED)
        display(_table([(p.code, _shown(seen)) for p, seen in zip(probes, expected, strict=True)]))

    @cell_magic
    def misconception(self, line: str, cell: str) -> None:
        """Show the card that a learner gets for this wrong answer."""
        bench = self._bench(line)
        source = Cell(0, "code", "", "misconception", f"%%misconception {line}\n{cell}")
        try:
            message, code = message_and_code(source)
        except AuthoringError as error:
            raise UsageError(str(error).partition(": ")[2]) from None
        answer = self._look(bench, code)
        wrong = WrongAnswer(message, code, "misconception", answer.observations)
        display(card(judge(replace(bench.question, wrong_answers=(wrong,)), answer)))

    @cell_magic
    def alternative(self, line: str, cell: str) -> None:
        """Show the card that a learner gets for this right answer."""
        bench = self._bench(line)
        display(card(judge(bench.question, self._look(bench, cell))))

    def _bench(self, line: str) -> Bench:
        name = line.strip()
        if name not in self.benches:
            raise UsageError(f"Run the cell `%%probes {name}` first; it says what is tested.")
        return self.benches[name]

    def _look(self, bench: Bench, code: str) -> Answer:
        space = run_variant(code, self.shell.user_ns, "variant")
        return measured(
            bench.question, look_at(bench.question.task, space, bench.given, bench.seed)
        )


def _source(value: Any) -> str:
    """The source of a function, from which a card takes the names of its parameters."""
    try:
        return inspect.getsource(value)
    except (TypeError, OSError):
        return ""


def _shown(seen: Observation) -> str:
    if seen.error:
        return f"raises {seen.error['kind']}"
    value = decode(seen.value)
    return show(value) + shape(value)


def _table(rows: list[tuple[str, str]]) -> Card:
    title = "Probes, and their values under the right answer"
    text = "\n".join(f"  {code}\n    {value}" for code, value in rows)
    inner = render("authoring/templates/probes.html", title=title, rows=rows)
    return Card(f"{title}\n{text}", panel(inner, "still"))
