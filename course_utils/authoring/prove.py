"""Run a solution notebook and prove its questions: right is accepted, wrong is refused by name."""

from __future__ import annotations

import ast
import contextlib
import io
import itertools
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from course_utils.authoring.advice import advice
from course_utils.authoring.example import example_differs
from course_utils.authoring.offered import offered
from course_utils.authoring.refusals import AuthoringError, Refusals
from course_utils.authoring.slips import Slip, slips
from course_utils.authoring.source import (
    BLANK,
    Cell,
    Draft,
    Solution,
    message_and_code,
    without_markers,
)
from course_utils.checking.data.observation import Answer, Observation
from course_utils.checking.data.question import (
    USUAL_SECONDS,
    Probe,
    Question,
    Task,
    WrongAnswer,
)
from course_utils.checking.data.values import Code, Unjudgeable, decode
from course_utils.checking.expecting.expectation import expectation, for_recognition, run_variant
from course_utils.checking.expecting.probes import (
    ProbeError,
    groups_of,
    outside_of,
    parse,
    why_forbidden,
)
from course_utils.checking.judging.compare import is_number
from course_utils.checking.judging.judge import helper_parts, judge
from course_utils.checking.judging.judges import BY_VALUE
from course_utils.checking.judging.measure import measured
from course_utils.checking.judging.recognize import same_observation, same_values
from course_utils.checking.observing.answer import look_at
from course_utils.checking.observing.bytecode import is_starter, loops, run_starter
from course_utils.checking.observing.observe import observe
from course_utils.checking.observing.run import run_cell
from course_utils.checking.observing.time_limit import time_limit

LEAST_MISCONCEPTIONS = 3
LEAST_ALTERNATIVES = 2
UNFILLED = re.compile(r"\bempty(_like)?\(")
QUICK_SECONDS = 20.0  # whoever allows more has a question whose every run takes long


@dataclass(frozen=True)
class Proof:
    """A proven question, and what the author should know of it."""

    question: Question
    warnings: tuple[str, ...]


def prove(solution: Solution, seed: int = 0, refusals: Refusals | None = None) -> list[Proof]:
    """Run the notebook's given and answer cells from the top, and prove every question.

    Raises AuthoringError with all that is refused. With `refusals` it is written down there
    instead, and what comes back are the proofs of the other questions.
    """
    found = Refusals() if refusals is None else refusals
    namespace: dict[str, Any] = {"__name__": "__main__"}
    given: dict[str, Any] = {"__name__": "__main__"}
    drafts = {draft.answer.id: draft for draft in solution.questions}
    proofs = {}
    not_there: set[str] = set()
    for cell in solution.cells:
        try:
            if cell.tag == "given":
                _run(solution.name, cell, given)
            if cell.tag in ("given", "answer"):
                _run(solution.name, cell, namespace)
        except AuthoringError as error:
            # What fails for want of an answer that failed itself says nothing new.
            if getattr(error.__cause__, "name", "") not in not_there:
                found.add(*error.messages)
            if cell.tag == "given":
                break
            not_there |= set(drafts[cell.id].names) if cell.id in drafts else set()
            continue
        if cell.tag == "answer" and cell.id in drafts:
            draft = drafts[cell.id]
            with found.collect(), _about(solution.name, draft):
                proofs[draft.name] = prove_question(draft, namespace, dict(given), seed)
    if refusals is None:
        found.stop()
    return list(proofs.values())


def prove_question(
    draft: Draft, namespace: dict[str, Any], given: dict[str, Any], seed: int
) -> Proof:
    """Prove one question whose right answer stands in `namespace`.

    Raises AuthoringError with all that is refused of it.
    """
    refusals = Refusals()
    refusals.add(*_too_few(draft))
    with refusals.collect():
        proof = _prove_question(draft, namespace, given, seed, refusals)
    refusals.stop()
    assert proof is not None
    return proof


def _prove_question(
    draft: Draft,
    namespace: dict[str, Any],
    given: dict[str, Any],
    seed: int,
    refusals: Refusals,
) -> Proof | None:
    """The proof, or none where `refusals` got something to refuse.

    Raises AuthoringError where nothing can be said of what follows.
    """
    try:
        helpers, probes = parse(draft.probes.body)
        groups = groups_of(draft.probes.body)
        why = why_forbidden(draft.probes.body)
        outside = outside_of(draft.probes.body)
        if not probes:
            raise ProbeError("write at least one expression to probe")
    except ProbeError as error:
        raise AuthoringError(f"{draft.probes}: {error}.") from None
    answers = _answers(draft, namespace)
    observed = tuple(probe.observed for probe in probes)
    task = Task(draft.names, draft.starter, observed, helpers)
    expected = _expected(draft, task, probes, {**given, **answers}, seed, outside)
    question = Question(
        names=draft.names,
        number=draft.number,
        points=1.0 if draft.points is None else draft.points,
        minutes=draft.minutes or 0,
        difficulty=draft.difficulty,
        answer_id=draft.answer.id,
        starter=draft.starter,
        answer=without_markers(draft.answer.source),
        explanation=draft.explanation,
        hints=tuple(cell.source for cell in draft.hints),
        helpers=helpers,
        outside=outside,
        probes=probes,
        expected=expected,
        wrong_answers=(),
        seconds=draft.seconds,
        forbidden=draft.forbidden,
        groups=groups,
        one_by_one=loops(draft.names, namespace),
        rules=draft.rules,
        forbidden_why=why,
    )
    bench = Bench(question, namespace, given, seed)
    _refuse_wrong_solution(draft, bench)  # by which everything else is judged
    with refusals.collect():
        _refuse_starter(draft, bench)
    answers = []
    for cell in draft.misconceptions:
        with refusals.collect():
            answers.append(_misconception(cell, bench))
    if len(answers) == len(draft.misconceptions):
        with refusals.collect():
            known = _known(draft, bench, answers)
    if not refusals:  # a slip, and what a wrong answer is taken for, depend on all of the others
        question = replace(question, wrong_answers=(*known, *_planted_bug(draft, bench, known)))
        found = _slips(question, bench)
        question = replace(question, wrong_answers=(*question.wrong_answers, *found))
        bench = replace(bench, question=question)
        refusals.add(*_mistaken(draft, bench, answers), *_undecided_groups(draft, bench, answers))
    for cell in draft.alternatives:
        with refusals.collect():
            _refuse_alternative(cell, bench)
    if refusals:
        return None
    differs = example_differs(draft, question, namespace[draft.name])
    warnings = (*advice(draft), *differs, *_offers(draft, bench), *_wordless(draft, bench))
    return Proof(question, warnings)


@dataclass(frozen=True)
class Bench:
    """Where variants of an answer are tried: copies of the namespace, the same probes and seed."""

    question: Question
    namespace: dict[str, Any]
    given: dict[str, Any]
    seed: int

    def answer(
        self, code: str, label: str, begins: Callable[[int], None] = lambda _: None
    ) -> Answer:
        """What is seen when `code` stands in the answer's place, measured. Raises what it raises.

        begins: called with the place of each probe before it is evaluated. What a wrong answer
        draws from the generators that all share is the same in each build.
        """
        random.seed(self.seed)
        np.random.seed(self.seed)  # noqa: NPY002
        space = run_variant(code, self.namespace, label)
        seen = look_at(self.question.task, space, self.given, self.seed, begins)
        return measured(self.question, seen)

    def observe(self, answers: dict[str, Any]) -> tuple[Observation, ...]:
        """What each probe gives with these answers, measured."""
        seen = observe(self.question.task, {**self.given, **answers}, self.seed)
        return measured(self.question, Answer(attempted=True, observations=seen)).observations


def _offers(draft: Draft, bench: Bench) -> Iterator[str]:
    """A warning for each name in reach that already is a right answer, unless the build is slow."""
    if _is_slow(bench) or not callable(bench.namespace[draft.name]):
        return
    for name in offered(bench, draft.allowed):
        yield (
            f"`{draft.name} = {name}` is right already; forbid it (`--forbid {name}` and a line "
            f"`# forbidden: WHY`), or say in the task that it may be used (`--allow {name}`)"
        )


def _wordless(draft: Draft, bench: Bench) -> Iterator[str]:
    """A warning for probes whose code a card would show, though only the check knows its names."""
    question = bench.question
    own = set(helper_parts(f"{question.helpers}\n{question.outside}"))
    for probe, seen in zip(question.probes, question.expected, strict=True):
        code = [probe.shown]
        if seen.inputs is not None:  # its inputs are shown, as data where they are data
            values = [decode(value) for _, value in seen.inputs]
            code = [v.text for v in values if isinstance(v, Code) and not v.text.isidentifier()]
        nodes = [node for text in code for node in ast.walk(ast.parse(text))]
        read = {node.id for node in nodes if isinstance(node, ast.Name)}
        if read & own and not probe.says:
            yield (
                f"{draft.probes}: `{probe.code}` uses the check's own `{min(read & own)}`; say "
                "above it in the learner's terms what it does (`# says: ...`)"
            )
            return  # one reminder a question


def _answers(draft: Draft, namespace: dict[str, Any]) -> dict[str, Any]:
    missing = [name for name in draft.names if name not in namespace]
    if missing:
        raise AuthoringError(
            f"{draft.answer}: the heading promises `{missing[0]}`; the answer doesn't define it."
        )
    return {name: namespace[name] for name in draft.names}


def _run(notebook: str, cell: Cell, namespace: dict[str, Any]) -> None:
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            run_cell(cell.source, f"<cell {cell.id}>", namespace)
    except Exception as error:
        raise AuthoringError(
            f"{notebook}, {cell}: raised {type(error).__name__}: {error}. The notebook must run "
            "from the top."
        ) from error


@contextlib.contextmanager
def _about(notebook: str, draft: Draft):
    try:
        yield
    except AuthoringError as error:
        where = f"{notebook}, `{draft.name}`, "
        raise AuthoringError(*(where + message for message in error.messages)) from None


def _too_few(draft: Draft) -> Iterator[str]:
    if len(draft.misconceptions) < LEAST_MISCONCEPTIONS:
        yield (
            f"{draft.prompt}: at least {LEAST_MISCONCEPTIONS} misconceptions are needed, here "
            f"{_are(draft.misconceptions)}. Which wrong answers have you seen people give?"
        )
    if len(draft.alternatives) < LEAST_ALTERNATIVES:
        yield (
            f"{draft.prompt}: at least {LEAST_ALTERNATIVES} alternatives are needed, here "
            f"{_are(draft.alternatives)}. An alternative is another right answer, written "
            "differently."
        )


def _are(cells: tuple[Cell, ...]) -> str:
    return "is 1" if len(cells) == 1 else f"are {len(cells)}"


def _refuse_wrong_solution(draft: Draft, bench: Bench) -> None:
    question = bench.question
    for probe, seen in zip(question.probes, question.expected, strict=True):
        if seen.error:
            error = seen.error
            if error.get("source") or error["kind"] in ("NameError", "TypeError", "AttributeError"):
                raise AuthoringError(
                    f"{draft.probes}: `{probe.code}` raises {error['kind']}: {error['message']}."
                )
    answers = _answers(draft, bench.namespace)
    again = bench.observe(answers)
    for probe, first, second in zip(question.probes, question.expected, again, strict=True):
        if probe.judge in BY_VALUE and not same_observation(first, second):
            raise AuthoringError(
                f"{draft.probes}: `{probe.code}` gives another value each time, so it can't be "
                "compared. Seed it with `rng`, or use a judge such as `at_least` or `between`."
            )
    verdict = judge(question, Answer(attempted=True, observations=again))
    if not verdict.is_correct:
        raise AuthoringError(
            f"{draft.answer}: the solution doesn't pass its own probes: {verdict.message}"
        )


def _misconception(cell: Cell, bench: Bench) -> Answer:
    """What is observed of a misconception. Raises AuthoringError if it is no wrong answer."""
    _, code = message_and_code(cell)
    answer = _try(cell, code, bench)
    if answer.missing:
        raise AuthoringError(f"{cell}: doesn't define `{answer.missing[0]}`.")
    if not answer.attempted:
        raise AuthoringError(
            f"{cell}: is the starter code itself, which is reported as not attempted. Leave it out."
        )
    if judge(bench.question, answer).is_correct:
        raise AuthoringError(
            f"{cell}: this misconception passes every probe. Add a probe that tells it from "
            "the right answer."
        )
    return answer


def _known(draft: Draft, bench: Bench, answers: list[Answer]) -> tuple[WrongAnswer, ...]:
    found: list[WrongAnswer] = []
    refusals = Refusals()
    for cell, answer in zip(draft.misconceptions, answers, strict=True):
        message, code = message_and_code(cell)
        twin = same_values(bench.question, tuple(found), answer.observations)
        if twin is not None:
            refusals.add(
                f"{cell}: gives the same values as {draft.misconceptions[twin[0]]}, so the two "
                "can't be told apart. Add a probe on which they differ, or merge them."
            )
        values = for_recognition(answer.observations)
        found.append(WrongAnswer(message, code.strip(), "misconception", values))
    refusals.stop()
    return tuple(found)


def _try(cell: Cell, code: str, bench: Bench) -> Answer:
    """What is observed of a variant of the answer. Raises AuthoringError if it can't be run."""
    question = bench.question
    try:
        with _timed(cell, question.probes, question.seconds) as begins:
            return bench.answer(code, cell.id, begins)
    except AuthoringError:
        raise
    except Exception as error:
        raise AuthoringError(
            f"{cell}: raised {type(error).__name__}: {error} when it was run."
        ) from None


def _expected(
    draft: Draft,
    task: Task,
    probes: tuple[Probe, ...],
    space: dict[str, Any],
    seed: int,
    outside: str,
) -> tuple[Observation, ...]:
    """What the right answer gives. Raises AuthoringError, also when it takes too long."""
    try:
        with _timed(draft.probes, probes, draft.seconds) as begins:
            return expectation(task, probes, space, seed, begins, outside)
    except ProbeError as error:
        raise AuthoringError(f"{draft.probes}: {error}.") from None


@contextlib.contextmanager
def _timed(
    cell: Cell, probes: tuple[Probe, ...], seconds: float
) -> Iterator[Callable[[int], None]]:
    """Give the block so many seconds, and a function for it to call when a probe begins.

    Raises AuthoringError where that is not enough, with the probe that took longest.
    """
    begun: list[tuple[int, float]] = []
    try:
        with time_limit(seconds):
            yield lambda place: begun.append((place, time.monotonic()))
    except TimeoutError:
        ends = [start for _, start in begun[1:]] + [time.monotonic()]
        took = {place: end - start for (place, start), end in zip(begun, ends, strict=False)}
        slow = f" in `{probes[max(took, key=took.get)].code}`, most of it" if took else ""
        raise AuthoringError(
            f"{cell}: took longer than {seconds:g} seconds{slow}. Make it shorter, or "
            "allow more with `%%probes ... --seconds 20`."
        ) from None


def _planted_bug(
    draft: Draft, bench: Bench, known: tuple[WrongAnswer, ...]
) -> tuple[WrongAnswer, ...]:
    """The starter as a wrong answer of its own, where the learner gets code with a bug to find."""
    if BLANK in draft.starter:
        return ()
    values = _observe_starter(draft, bench)
    if same_values(bench.question, known, values):
        return ()
    message = (
        "The planted bug is still at work: your values are those of the code as it was given. "
        "Run its lines one by one on a small example, and say before each what should come out."
    )
    return (WrongAnswer(message, draft.starter, "planted_bug", for_recognition(values)),)


def _observe_starter(draft: Draft, bench: Bench) -> tuple[Observation, ...]:
    """What the starter gives when it is taken for an answer."""
    space = _starter_space(draft, bench)
    return bench.observe({name: space[name] for name in bench.question.names})


def _slips(question: Question, bench: Bench) -> tuple[WrongAnswer, ...]:
    """The general slips whose values no probe confuses with right, or with another wrong answer."""
    if _is_slow(bench):
        return ()
    found: list[WrongAnswer] = []
    bench = replace(bench, question=question)
    for slip in slips(question.answer, thorough=question.seconds <= USUAL_SECONDS):
        try:
            with time_limit(question.seconds):
                answer = bench.answer(slip.code, "slip")
        except Exception:
            continue  # a change that doesn't run to its end is no answer that anyone hands in
        if not answer.attempted:
            continue  # a planted bug of one line may be this very slip
        raises = all(seen.error for seen in answer.observations)
        known = same_values(question, (*question.wrong_answers, *found), answer.observations)
        if raises or known or judge(bench.question, answer).is_correct:
            continue
        if _is_nothing(answer):
            continue  # zeros come of many mistakes
        if not _is_steady(slip, answer):
            continue
        values = for_recognition(answer.observations)
        found.append(WrongAnswer(slip.message, slip.code, slip.kind, values))
    return tuple(found)


def _is_steady(slip: Slip, answer: Answer) -> bool:
    """Whether the values are the same in each build: a number of millions of digits is there only
    on a machine that is quick enough, and `np.empty` without the line that fills it holds whatever
    was in memory.
    """
    if slip.kind == "lost_step" and UNFILLED.search(slip.code):
        return False
    seen = answer.observations
    values = [decode(one.value) for one in seen if one.error is None]
    return not any(isinstance(v, Unjudgeable) for v in values) and not any(o.unsteady for o in seen)


def _is_nothing(answer: Answer) -> bool:
    """Whether all that came is 0, in each probe."""
    values = [decode(seen.value) for seen in answer.observations if seen.error is None]
    return all(isinstance(v, np.ndarray) or is_number(v) for v in values) and not any(
        np.any(v) for v in values
    )


def _mistaken(draft: Draft, bench: Bench, answers: list[Answer]) -> Iterator[str]:
    """Each misconception is taken for itself; run anew where that is quick, so that it's steady."""
    for i, (cell, answer) in enumerate(zip(draft.misconceptions, answers, strict=True)):
        try:
            again = answer if _is_slow(bench) else _try(cell, message_and_code(cell)[1], bench)
        except AuthoringError as error:
            yield str(error)
            continue
        verdict = judge(bench.question, again)
        if verdict.cause != f"misconception {i + 1}":
            yield (
                f"{cell}: is taken for {verdict.cause!r} ({verdict.message}) and not for itself. "
                "Does it give the same values each time?"
            )


def _undecided_groups(draft: Draft, bench: Bench, answers: list[Answer]) -> Iterator[str]:
    """Each group of probes fails for a misconception, and any two are told apart by one."""
    held = [
        {name: holds for name, _, holds in judge(bench.question, answer).groups}
        for answer in answers
    ]
    names = [name for name, _ in bench.question.groups]
    for name in names:
        if all(groups[name] for groups in held):
            yield (
                f"{draft.probes}: no misconception fails the group `{name}`, so nothing proves "
                "that it decides anything. Add the wrong answer that should lose its points."
            )
    for a, b in itertools.combinations(names, 2):
        if all(groups[a] == groups[b] for groups in held):
            yield (
                f"{draft.probes}: every misconception that fails the group `{a}` fails `{b}` too, "
                "and the other way round, so they are one. Add a wrong answer for which only one "
                "of them holds, or join them."
            )


def _is_slow(bench: Bench) -> bool:
    """By the time that the author allows, not by a clock: a build is the same on every machine."""
    return bench.question.seconds > QUICK_SECONDS


def _refuse_alternative(cell: Cell, bench: Bench) -> None:
    verdict = judge(bench.question, _try(cell, cell.body, bench))
    if not verdict.is_correct:
        raise AuthoringError(
            f"{cell}: this right answer is refused ({verdict.kind}: {verdict.message}) Mend "
            "the probe, or its judge, or the alternative."
        )


def _starter_space(draft: Draft, bench: Bench) -> dict[str, Any]:
    """The namespace after the starter has run where the solution has not."""
    before = {name: v for name, v in bench.namespace.items() if name not in draft.names}
    return run_variant(draft.starter, before, "starter")


def _refuse_starter(draft: Draft, bench: Bench) -> None:
    where = f"{draft.answer}"
    if draft.starter.strip() == without_markers(draft.answer.source).strip():
        raise AuthoringError(
            f"{where}: nothing is blanked. Put `### BEGIN SOLUTION` and `### END SOLUTION` around "
            "what the learner writes."
        )
    try:
        space = _starter_space(draft, bench)
    except SyntaxError as error:
        raise AuthoringError(
            f"{where}: the blanked starter isn't valid Python (line {error.lineno}: {error.msg})."
        ) from None
    except Exception as error:
        raise AuthoringError(
            f"{where}: the blanked starter raises {type(error).__name__}: {error}; it must raise "
            "nothing until it is called."
        ) from None
    names = [name for name in draft.names if name not in space]
    if names:
        raise AuthoringError(f"{where}: the blanked starter doesn't define `{names[0]}`.")
    observations = _observe_starter(draft, bench)
    if judge(bench.question, Answer(attempted=True, observations=observations)).is_correct:
        raise AuthoringError(f"{where}: the blanked starter passes every probe.")
    answers = {name: space[name] for name in draft.names}
    space = {**bench.given, **answers}
    if not is_starter(draft.names, space, run_starter(space, draft.starter)):
        raise AuthoringError(f"{where}: the blanked starter is not reported as not attempted.")
