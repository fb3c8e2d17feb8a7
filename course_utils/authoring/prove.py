"""Run a solution notebook and prove its questions: right is accepted, wrong is refused by name."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass, replace
from typing import Any

from course_utils.authoring.advice import advice
from course_utils.authoring.slips import slips
from course_utils.authoring.source import (
    BLANK,
    AuthoringError,
    Cell,
    Draft,
    Solution,
    message_and_code,
    without_markers,
)
from course_utils.checking.answer import Answer, look_at
from course_utils.checking.bytecode import is_starter
from course_utils.checking.expectation import expectation, for_recognition, run_variant
from course_utils.checking.judge import judge
from course_utils.checking.observe import observe
from course_utils.checking.probes import ProbeError, parse
from course_utils.checking.question import Question, WrongAnswer
from course_utils.checking.recognize import same_observation, same_values
from course_utils.checking.run import run_cell
from course_utils.checking.time_limit import time_limit

LEAST_MISCONCEPTIONS = 3
LEAST_ALTERNATIVES = 2
QUICK_SECONDS = 20.0  # whoever allows more has a question whose every run takes long


@dataclass(frozen=True)
class Proof:
    """A proven question, and what the author should know of it."""

    question: Question
    warnings: tuple[str, ...]


def prove(solution: Solution, seed: int = 0) -> list[Proof]:
    """Run the notebook's given and answer cells from the top, and prove every question.

    Raises AuthoringError at the first that can't be built.
    """
    namespace: dict[str, Any] = {"__name__": "__main__"}
    given: dict[str, Any] = {"__name__": "__main__"}
    drafts = {draft.answer.id: draft for draft in solution.questions}
    proofs = {}
    for cell in solution.cells:
        if cell.tag == "given":
            _run(solution.name, cell, given)
            _run(solution.name, cell, namespace)
        elif cell.tag == "answer":
            _run(solution.name, cell, namespace)
            draft = drafts[cell.id]
            with _about(solution.name, draft):
                proofs[draft.name] = prove_question(draft, namespace, dict(given), seed)
    return list(proofs.values())


def prove_question(
    draft: Draft, namespace: dict[str, Any], given: dict[str, Any], seed: int
) -> Proof:
    """Prove one question whose right answer stands in `namespace`. Raises AuthoringError."""
    _refuse_counts(draft)
    try:
        helpers, probes = parse(draft.probes.body)
    except ProbeError as error:
        raise AuthoringError(f"{draft.probes}: {error}.") from None
    if not probes:
        raise AuthoringError(f"{draft.probes}: write at least one expression to probe.")
    answers = _answers(draft, namespace)
    try:
        expected = expectation(draft.names, probes, helpers, {**given, **answers}, seed)
    except ProbeError as error:
        raise AuthoringError(f"{draft.probes}: {error}.") from None
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
        probes=probes,
        expected=tuple(expected),
        wrong_answers=(),
        seconds=draft.seconds,
        forbidden=draft.forbidden,
    )
    bench = Bench(question, namespace, given, seed)
    _refuse_wrong_solution(draft, bench)
    _refuse_starter(draft, bench)
    answers = [_misconception(cell, bench) for cell in draft.misconceptions]
    known = _known(draft, bench, answers)
    question = replace(question, wrong_answers=(*known, *_planted_bug(draft, bench, known)))
    question = replace(question, wrong_answers=(*question.wrong_answers, *_slips(question, bench)))
    bench = replace(bench, question=question)
    _refuse_mistaken(draft, bench, answers)
    _refuse_alternatives(draft, bench)
    return Proof(question, tuple(advice(draft)))


@dataclass(frozen=True)
class Bench:
    """Where variants of an answer are tried: copies of the namespace, the same probes and seed."""

    question: Question
    namespace: dict[str, Any]
    given: dict[str, Any]
    seed: int

    def answer(self, code: str, label: str) -> Answer:
        """What is observed when `code` stands in the answer's place. Raises what `code` raises."""
        space = run_variant(code, self.namespace, label)
        return look_at(self.question, space, self.given, self.seed)


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
        ) from None


@contextlib.contextmanager
def _about(notebook: str, draft: Draft):
    try:
        yield
    except AuthoringError as error:
        raise AuthoringError(f"{notebook}, `{draft.name}`, {error}") from None


def _refuse_counts(draft: Draft) -> None:
    if len(draft.misconceptions) < LEAST_MISCONCEPTIONS:
        raise AuthoringError(
            f"{draft.prompt}: at least {LEAST_MISCONCEPTIONS} misconceptions are needed, here "
            f"{_are(draft.misconceptions)}. Which wrong answers have you seen people give?"
        )
    if len(draft.alternatives) < LEAST_ALTERNATIVES:
        raise AuthoringError(
            f"{draft.prompt}: at least {LEAST_ALTERNATIVES} alternatives are needed, here "
            f"{_are(draft.alternatives)}. An alternative is another right answer, written "
            "differently."
        )


def _are(cells: tuple[Cell, ...]) -> str:
    return "is 1" if len(cells) == 1 else f"are {len(cells)}"


def _refuse_wrong_solution(draft: Draft, bench: Bench) -> None:
    question = bench.question
    for probe, seen in zip(question.probes, question.expected, strict=True):
        if "error" in seen and "seconds" in seen:
            error = seen["error"]
            if error.get("source") or error["kind"] in ("NameError", "TypeError", "AttributeError"):
                raise AuthoringError(
                    f"{draft.probes}: `{probe.code}` raises {error['kind']}: {error['message']}."
                )
    again = observe(
        question.names, question.probes, {**bench.given, **_answers(draft, bench.namespace)},
        helpers=question.helpers, seed=bench.seed,
    )  # fmt: skip
    for probe, first, second in zip(question.probes, question.expected, again, strict=True):
        if probe.judge in ("close", "exact") and not same_observation(first, second):
            raise AuthoringError(
                f"{draft.probes}: `{probe.code}` gives another value each time, so it can't be "
                "compared. Seed it with `rng`, or use a judge such as `at_least` or `between`."
            )
    verdict = judge(question, Answer(attempted=True, observations=tuple(again)))
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
    for cell, answer in zip(draft.misconceptions, answers, strict=True):
        message, code = message_and_code(cell)
        twin = same_values(bench.question, tuple(found), answer.observations)
        if twin is not None:
            raise AuthoringError(
                f"{cell}: gives the same values as {draft.misconceptions[twin[0]]}, so the two "
                "can't be told apart. Add a probe on which they differ, or merge them."
            )
        values = for_recognition(answer.observations)
        found.append(WrongAnswer(message, code.strip(), "misconception", values))
    return tuple(found)


def _try(cell: Cell, code: str, bench: Bench) -> Answer:
    """What is observed of a variant of the answer. Raises AuthoringError if it can't be run."""
    try:
        with time_limit(bench.question.seconds):
            return bench.answer(code, cell.id)
    except TimeoutError:
        raise AuthoringError(
            f"{cell}: took longer than {bench.question.seconds:g} seconds. Make it shorter, or "
            "allow more with `%%probes ... --seconds 20`."
        ) from None
    except Exception as error:
        raise AuthoringError(
            f"{cell}: raised {type(error).__name__}: {error} when it was run."
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


def _observe_starter(draft: Draft, bench: Bench) -> tuple[dict[str, Any], ...]:
    """What the starter gives when it is taken for an answer."""
    names, question = bench.question.names, bench.question
    space = _starter_space(draft, bench)
    answers = {name: space[name] for name in names}
    return tuple(
        observe(
            names, question.probes, {**bench.given, **answers},
            helpers=question.helpers, seed=bench.seed,
        )
    )  # fmt: skip


def _slips(question: Question, bench: Bench) -> tuple[WrongAnswer, ...]:
    """The general slips whose values no probe confuses with right, or with another wrong answer."""
    if _is_slow(bench):
        return ()
    found: list[WrongAnswer] = []
    bench = replace(bench, question=question)
    for slip in slips(question.answer):
        try:
            with time_limit(question.seconds):
                answer = bench.answer(slip.code, "slip")
        except Exception:
            continue  # a change that doesn't run to its end is no answer that anyone hands in
        if not answer.attempted:
            continue  # a planted bug of one line may be this very slip
        raises = all("error" in seen for seen in answer.observations)
        known = same_values(question, (*question.wrong_answers, *found), answer.observations)
        if raises or known or judge(bench.question, answer).is_correct:
            continue
        values = for_recognition(answer.observations)
        found.append(WrongAnswer(slip.message, slip.code, slip.kind, values))
    return tuple(found)


def _refuse_mistaken(draft: Draft, bench: Bench, answers: list[Answer]) -> None:
    """Each misconception is taken for itself; run anew where that is quick, so that it's steady."""
    for i, (cell, answer) in enumerate(zip(draft.misconceptions, answers, strict=True)):
        again = answer if _is_slow(bench) else _try(cell, message_and_code(cell)[1], bench)
        verdict = judge(bench.question, again)
        if verdict.cause != f"misconception {i + 1}":
            raise AuthoringError(
                f"{cell}: is taken for {verdict.cause!r} ({verdict.message}) and not for itself. "
                "Does it give the same values each time?"
            )


def _is_slow(bench: Bench) -> bool:
    """By the time that the author allows, not by a clock: a build is the same on every machine."""
    return bench.question.seconds > QUICK_SECONDS


def _refuse_alternatives(draft: Draft, bench: Bench) -> None:
    for cell in draft.alternatives:
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
    if not is_starter(draft.names, {**bench.given, **answers}, draft.starter):
        raise AuthoringError(f"{where}: the blanked starter is not reported as not attempted.")
