"""Judge: compare what was observed with what was expected; the result is a verdict with a reason.

This half of a check never runs a learner's code.
"""

from __future__ import annotations

import ast
import re
from typing import Any

import numpy as np

from course_utils.checking.answer import Answer
from course_utils.checking.case import Case, Trial
from course_utils.checking.compare import is_number
from course_utils.checking.diagnoses import DIAGNOSES, reads_the_notebook, unfinished
from course_utils.checking.errors import error_name, explain_error
from course_utils.checking.judges import JUDGES, Problem, describe
from course_utils.checking.question import Probe, Question
from course_utils.checking.recognize import recognize
from course_utils.checking.show import shape, show, show_both
from course_utils.checking.values import Code, Unjudgeable, decode
from course_utils.checking.verdict import (
    CORRECT,
    ERROR,
    INCORRECT,
    MISSING,
    NOT_ATTEMPTED,
    OUT_OF_MEMORY,
    Evidence,
    Verdict,
)

SLOW_SECONDS = 0.02
SLOW_RATIO = 30


def judge(question: Question, answer: Answer) -> Verdict:
    """The verdict on an answer, by the first of these that holds.

    A name is missing; not attempted; every probe is content; a wrong answer that the author, or
    the builder, knows by its values; an error; a general diagnosis; the plain difference.
    """
    if answer.missing:
        return missing(question, answer.missing)
    if not answer.attempted:
        return _not_attempted(question)
    case = make_case(question, answer)
    changed = next((trial for trial in case.trials if trial.changed), None)
    unsteady = next((t for t in case.trials if t.unsteady and t.by_value), None)
    first = next(iter(case.fails), changed or unsteady)
    if first is None:
        return _forbidden(question, answer) if answer.uses else _all_right(question, answer)
    known = recognize(question, answer.observations)
    if known is not None:
        index, wrong = known
        cause = f"{wrong.kind} {index + 1}" if wrong.kind == "misconception" else wrong.kind
        return _wrong(question, wrong.message, cause, first)
    if case.blank:
        return _wrong(question, unfinished(case), "unfinished", first)
    error = next((t for t in case.fails if t.error is not None), None)
    if error is not None and (error is first or len(case.fails) == len(case.trials)):
        return _error(question, error, case)
    for diagnosis in DIAGNOSES:
        message = diagnosis(case)
        if message:
            return _wrong(question, message, diagnosis.__name__, first)
    if error is not None:
        return _error(question, error, case)
    return _plain(question, first)


def make_case(question: Question, answer: Answer) -> Case:
    """The answer as the diagnoses see it: every observation beside what was expected."""
    parameters = parameter_names(question.answer or question.starter, question.name)
    parts = helper_parts(question.helpers)
    triples = zip(question.probes, answer.observations, question.expected, strict=True)
    trials = tuple(
        _trial(probe, seen, expected, parameters, parts, is_example=i == 0)
        for i, (probe, seen, expected) in enumerate(triples)
    )
    return Case(trials, answer.reads, answer.blank)


def parameter_names(source: str, name: str) -> tuple[str, ...]:
    """The parameters of the function `name` as defined in `source`, or () if it isn't there."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return tuple(arg.arg for arg in (*node.args.posonlyargs, *node.args.args))
    return ()


def _trial(
    probe: Probe,
    seen: dict,
    expected: dict,
    parameters: tuple[str, ...],
    parts: dict[str, str],
    *,
    is_example: bool,
) -> Trial:
    pairs = expected.get("inputs") or seen.get("inputs") or []
    inputs = _named_inputs(pairs, parameters, parts)
    want = decode(expected["value"]) if "value" in expected else None
    got = decode(seen["value"]) if "value" in seen else None
    error, problem = seen.get("error"), None
    if "error" in expected:
        same_kind = error is not None and error["kind"] == expected["error"]["kind"]
        error = None if same_kind else error
        wanted = f"This call should raise {expected['error']['kind']}."
        problem = None if same_kind or error else Problem(wanted)
    elif error is None:
        problem = _ask_judge(probe, got, want, expected.get("arguments", {}))
    names = list(inputs)
    fresh = set(seen.get("changed") or []) - set(expected.get("changed") or [])
    return Trial(
        probe=_with_helpers(probe.observed, parts),
        judge=probe.judge,
        inputs=inputs,
        received=got,
        expected=want,
        problem=problem,
        error=error,
        changed=tuple(names[i] for i in sorted(fresh) if i < len(names)),
        printed=seen.get("printed", ""),
        unsteady=bool(seen.get("unsteady")) and not expected.get("unsteady"),
        is_example=is_example,
    )


def helper_parts(source: str) -> dict[str, str]:
    """Name -> source of what a probes cell defines for its probes, so that a card can show it."""
    parts = {}
    for node in ast.parse(source).body:
        stored = [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and _is_stored(n)]
        names = [node.name] if hasattr(node, "name") else stored
        parts |= dict.fromkeys(names, ast.get_source_segment(source, node) or "")
    return parts


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _with_helpers(probe: str, parts: dict[str, str]) -> str:
    read = [node.id for node in ast.walk(ast.parse(probe)) if isinstance(node, ast.Name)]
    shown = dict.fromkeys(parts[name] for name in read if name in parts)
    return "\n".join([probe, *(["where", *shown] if shown else [])])


def _named_inputs(
    pairs: list, parameters: tuple[str, ...], parts: dict[str, str]
) -> dict[str, Any]:
    named = {}
    for key, data in pairs:
        by_place = key.isdigit() and int(key) < len(parameters)
        value = decode(data)
        if isinstance(value, Code):
            value = Code(_with_helpers(value.text, parts))
        named[parameters[int(key)] if by_place else key] = value
    return named


def _ask_judge(probe: Probe, got: Any, want: Any, arguments: dict[str, Any]) -> Problem | None:
    if isinstance(got, Unjudgeable) and got.type_name == "ellipsis":
        return Problem("The placeholder `...` still stands where a value is asked.")
    if isinstance(got, Unjudgeable):
        return Problem(f"The value is {describe(got)}, and {got.reason}.")
    positional = [decode(arguments[key]) for key in sorted(k for k in arguments if k.isdigit())]
    keywords = {key: decode(value) for key, value in arguments.items() if not key.isdigit()}
    try:
        return JUDGES[probe.judge](got, want, *positional, **keywords)
    except (TypeError, ValueError, IndexError):
        return Problem(f"You have {describe(got)}, which can't be judged here.")


def missing(question: Question, names: tuple[str, ...]) -> Verdict:
    """The verdict on names that nothing defines: which cell to run, or how to begin a new one."""
    listed = " and ".join(f"`{name}`" for name in names)
    begins = rf"(?:def|class) {names[0]}\b.*|{names[0]} = "
    line = next((x for x in question.starter.splitlines() if re.match(begins, x)), "")
    gone = f" If that cell is gone, begin a new one with `{line}`." if line else ""
    return Verdict(
        question.name,
        MISSING,
        f"{listed} {'is' if len(names) == 1 else 'are'} not defined.",
        f"Run the cell above in which you write the answer, then run this one again.{gone}",
        "missing",
    )


def _not_attempted(question: Question) -> Verdict:
    blank = "your code here" in question.starter
    task = "Replace the line that says `your code here`" if blank else "Change what is wrong in it"
    idea = f"; `hint({question.name})` gives a first idea" if question.hints else ""
    return Verdict(
        question.name,
        NOT_ATTEMPTED,
        "The starter code still stands in the cell above.",
        f"{task}, run the cell, then check again{idea}.",
        "not attempted",
    )


def _forbidden(question: Question, answer: Answer) -> Verdict:
    names = " and ".join(f"`{name}`" for name in answer.uses)
    message = f"Your values are right, but made with {names}, which this question does without."
    step = "Write that part yourself. " + _next_step(question)
    return Verdict(question.name, INCORRECT, message, step, "forbidden")


def _all_right(question: Question, answer: Answer) -> Verdict:
    count = len(question.probes)
    tests = "1 test" if count == 1 else f"{count} tests"
    remarks = tuple(_remarks(question, answer))
    return Verdict(question.name, CORRECT, f"{tests} passed.", cause="correct", remarks=remarks)


def _remarks(question: Question, answer: Answer):
    seen = zip(answer.observations, question.expected, strict=True)
    pairs = [(a, b) for a, b in seen if "error" not in a]
    for observation, expected in pairs:
        fresh = [w for w in observation.get("warned", ()) if w not in expected.get("warned", ())]
        if fresh:
            who = "NumPy warned" if "encountered" in fresh[0] else "a warning came"
            yield f"Your values are right, and {who} on the way: {fresh[0].rstrip('.')}."
            break
    if answer.loops and any(
        _takes_an_array(b) and _is_slow(a["seconds"], b["seconds"]) for a, b in pairs
    ):
        yield (
            "A loop over elements does here what one array expression does many times faster; on "
            "real data you will feel it."
        )
    if answer.reads:
        names = ", ".join(f"`{name}`" for name in answer.reads)
        yield f"Your code reads {names} from the notebook; an argument would make it independent."


def _takes_an_array(expected: dict) -> bool:
    return any(isinstance(decode(value), np.ndarray) for _, value in expected.get("inputs", ()))


def _is_slow(seconds: float, usual: float) -> bool:
    return seconds > max(SLOW_SECONDS, SLOW_RATIO * usual)


def _wrong(question: Question, message: str, cause: str, trial: Trial) -> Verdict:
    return Verdict(
        question.name, INCORRECT, message, _next_step(question), cause, _evidence(question, trial)
    )


def _error(question: Question, trial: Trial, case: Case) -> Verdict:
    error = trial.error or {}
    line = f" in the line `{error['source']}`" if error.get("source") else ""
    help_text = reads_the_notebook(case) or explain_error(error)
    if error.get("kind", "").endswith("MemoryError"):  # NumPy has a kind of its own
        message = f"Your code asks for more memory than there is{line}."
        return Verdict(question.name, OUT_OF_MEMORY, message, _next_step(question), OUT_OF_MEMORY)
    return Verdict(
        question.name,
        ERROR,
        f"Your code raised {error_name(error)}{line}.",
        help_text or _next_step(question),
        f"error {error_name(error)}",
        Evidence(trial.probe, _inputs(trial), error=_said(error)),
    )


def _said(error: dict[str, Any]) -> str:
    return f"{error['kind']}: {error['message']}"[:500]


def _plain(question: Question, trial: Trial) -> Verdict:
    problem = trial.problem or Problem()
    if problem.message:
        return Verdict(
            question.name, INCORRECT, problem.message, _next_step(question),
            f"judge {trial.judge}", _evidence(question, trial),
        )  # fmt: skip
    message = "Your value differs from the right one"
    if trial.is_example and not _asks_for_number(question, trial):
        message += " for the example of the task"
    return _wrong(question, message + ".", "difference", trial)


def _next_step(question: Question) -> str:
    if question.hints:  # a classroom edition may leave them out
        return f"`hint({question.name})` helps."
    return "Read the task once more, with this in mind."


def _asks_for_number(question: Question, trial: Trial) -> bool:
    """Whether the answer is a number itself, or a tuple or list of them, such as a shape: whoever
    shows it gives the question away."""
    numbers = trial.expected if isinstance(trial.expected, (tuple, list)) else [trial.expected]
    return trial.probe in question.names and all(is_number(number) for number in numbers)


def _evidence(question: Question, trial: Trial) -> Evidence:
    if trial.error is not None:
        return Evidence(trial.probe, _inputs(trial), error=_said(trial.error))
    if trial.passed:
        return Evidence(trial.probe, _inputs(trial))
    if _asks_for_number(question, trial):
        return Evidence(trial.probe, _inputs(trial), show(trial.received) + shape(trial.received))
    detail, found = "", trial.problem.difference
    if found is not None and found.where:
        received, expected = _brief_both(found.received, found.expected)
        detail = f"{found.where}: you have {received}, expected {expected}"
    received, expected = show(trial.received), ""
    if trial.by_value:
        received, expected = show_both(trial.received, trial.expected)
        expected += shape(trial.expected)
    return Evidence(trial.probe, _inputs(trial), received + shape(trial.received), expected, detail)


def _brief_both(received: Any, expected: Any) -> tuple[str, str]:
    values = received, expected
    return tuple(
        text if "\n" not in text and len(text) < 60 else describe(value)
        for value, text in zip(values, show_both(*values), strict=True)
    )


def _inputs(trial: Trial) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, show(_as_input(value)) + shape(value)) for name, value in trial.inputs.items()
    )


def _as_input(value: Any) -> Any:
    """An input whose parts that are no data, such as an activation, have only a name."""
    if isinstance(value, Unjudgeable):
        return Code(value.type_name.rsplit(".", 1)[-1])
    if isinstance(value, (list, tuple)):
        return type(value)(_as_input(item) for item in value)
    if isinstance(value, dict):
        return {key: _as_input(item) for key, item in value.items()}
    return value
