"""Judge: compare what was observed with what was expected; the result is a verdict with a reason.

This half of a check never runs a learner's code.
"""

from __future__ import annotations

import ast
import builtins
import difflib
import functools
import itertools
import re
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from course_utils.checking.data.observation import Answer, Observation
from course_utils.checking.data.question import USUAL_SECONDS, Probe, Question, WrongAnswer
from course_utils.checking.data.values import NO_DATA, Code, Unjudgeable, decode
from course_utils.checking.data.verdict import (
    CORRECT,
    ERROR,
    INCORRECT,
    MISSING,
    NOT_ATTEMPTED,
    OUT_OF_MEMORY,
    Evidence,
    Verdict,
)
from course_utils.checking.judging.case import Case, Trial
from course_utils.checking.judging.compare import is_number
from course_utils.checking.judging.diagnoses import DIAGNOSES, reads_the_notebook, unfinished
from course_utils.checking.judging.diagnoses.shape import of_another_shape
from course_utils.checking.judging.diagnoses.which_inputs import in_special_inputs
from course_utils.checking.judging.errors import (
    error_name,
    explain_error,
    explain_outside,
    is_authors,
    is_own_call,
    is_raised_by,
    lacks_an_entry,
    says_what_it_expects,
)
from course_utils.checking.judging.judges import IT, Problem, ask, describe, read_tuple
from course_utils.checking.judging.measure import measured
from course_utils.checking.judging.recognize import (
    contained,
    is_drawn,
    recognize,
    same_observation,
    together,
)
from course_utils.checking.judging.rules import broken
from course_utils.checking.judging.show import shape, show, show_both

GUESS = "A single number may come of many mistakes; this is one that fits."
SLOW_SECONDS = 0.02
OF_CONDUCT = (
    "unfinished", "another_answer_each_time", "printed_not_returned", "nothing_returned",
    "reads_the_notebook", "draws_elsewhere", "hard_coded", "changed_in_place",
)  # fmt: skip
OF_TYPE = ("wrong_type", "wrong_length")  # said of the first that is judged by its value
# Of the kind of thing that came, whatever its numbers: an author's words on these are left out.
OF_FORM = ("wrong_type", "outputs_swapped", "among_others", "one_of_several", "decimal_comma")
OF_SIZE = (  # exact, and what an author's words leave open: how the numbers are wrong
    "factor", "complement", "reciprocal", "rounded", "cut_off", "whole_numbers", "transposed",
    "minus_one_for_zero", "some_signs",
)  # fmt: skip
SAYS_WHERE = ("special_inputs", "at_an_edge", "on_one_side", "from_a_place_on", "some_results")
NEARLY = 0.7  # how much of a name must agree with another that may be meant


def judge(question: Question, answer: Answer) -> Verdict:
    """The verdict on an answer, by the first of these that holds.

    A name is missing; not attempted; every probe is content; a wrong answer that the author, or
    the builder, knows by its values; an error; a general diagnosis; the plain difference.
    """
    if answer.missing:
        return missing(question, answer.missing)
    if not answer.attempted:
        return _not_attempted(question)
    answer = measured(question, answer)
    case = make_case(question, answer)
    verdict = _verdict(question, answer, case)
    withheld, while_ = _withheld(question, answer, case)
    groups = _groups(question, answer, case)
    return replace(verdict, groups=groups, withheld=withheld, withheld_while=while_)


def _groups(question: Question, answer: Answer, case: Case) -> tuple[tuple[str, float, bool], ...]:
    """Which groups of probes hold; none of an answer that broke a rule of the whole question."""

    def holds(name: str) -> bool:
        mine = [trial for trial in case.trials if trial.group == name]
        return all(trial.passed and not trial.changed and _is_steady(trial) for trial in mine)

    ruled_out = bool(answer.uses or broken(question.rules, case))
    return tuple((name, share, holds(name) and not ruled_out) for name, share in question.groups)


def _withheld(question: Question, answer: Answer, case: Case) -> tuple[tuple[str, ...], str]:
    """The groups that are right in all values and yet don't count, and as long as what holds."""

    def right(also: Callable[[Trial], bool]) -> tuple[str, ...]:
        """The groups whose tests all pass, where one of them is `also` something else."""
        trials = {name: [t for t in case.trials if t.group == name] for name, _ in question.groups}
        return tuple(
            n for n, ts in trials.items() if all(t.passed for t in ts) and any(map(also, ts))
        )

    if answer.uses or broken(question.rules, case):
        return right(lambda _: True), "a rule of the task is broken"
    if changed := right(lambda trial: bool(trial.changed)):
        return changed, "an argument is changed in place"
    return right(
        lambda trial: not _is_steady(trial)
    ), "the same call gives another answer each time"


def _is_steady(trial: Trial) -> bool:
    return not (trial.unsteady and trial.by_value)


def _verdict(question: Question, answer: Answer, case: Case) -> Verdict:
    changed = next((trial for trial in case.trials if trial.changed), None)
    unsteady = min(  # where it shows
        (trial for trial in case.trials if not _is_steady(trial)),
        key=lambda trial: (trial.passed, trial.by_helper),
        default=None,
    )
    first = next(iter(case.fails), changed or unsteady)
    if first is None:
        return _within_rules(question, answer, case)
    known = recognize(question, answer.observations)
    if known is not None:
        index, wrong = known
        cause = f"{wrong.kind} {index + 1}" if wrong.kind == "misconception" else wrong.kind
        shown = _showing(question, case, wrong, first)
        guess = wrong.kind != "misconception" and _asks_for_number(question, first)
        message = f"{GUESS} {wrong.message}" if guess else wrong.message
        if wrong.kind == "planted_bug" and shown.wrong:
            message = f"{message} {shown.wrong}"
        return _wrong(question, message, cause, shown)
    if case.blank:
        return _wrong(question, unfinished(case), "unfinished", first)
    error = next((t for t in case.fails if t.error is not None), None)
    all_fail = len(case.fails) == len(case.trials)
    if error is not None and (error is first or (all_fail and not first.wrong)):
        return _error(question, error, case)
    told = ((diagnosis(case), diagnosis.__name__) for diagnosis in DIAGNOSES)
    message, name = next((one for one in told if one[0]), ("", ""))
    part = None
    if name in ("", *SAYS_WHERE):
        seen = answer.observations
        part = together(question, seen) or contained(question, seen)
    if part is not None:
        index, wrong = part
        cause = f"with misconception {index + 1}"
        return _wrong(question, wrong.message, cause, _showing(question, case, wrong, first))
    of_another = name == "another_answer_each_time" and not first.unsteady
    if of_another and first.wrong and first.by_helper:
        name = ""  # what is unsteady is measured later, and may be made of what is wrong here
    if first.wrong and first.error is None and name not in (*OF_CONDUCT, *OF_FORM):
        words = _in_words(question, first)
        if name in OF_SIZE and first.by_value:
            return _wrong(question, f"{words} {message}", name, first)
        return _wrong(question, words, "probe", first)
    if message:
        by_value = next((t for t in case.fails if t.by_value and t.error is None), first)
        of_values = name in OF_TYPE or (name not in OF_CONDUCT and not first.by_value)
        shown = by_value if of_values else _telling(case, message, first)
        if name == "another_answer_each_time":
            shown = unsteady or shown
        return _wrong(question, message, name, shown)
    if error is not None:
        return _error(question, error, case)
    return _plain(question, first)


def _in_words(question: Question, trial: Trial) -> str:
    """What the author says of an answer that fails a probe, and what the judge has to say."""
    problem = trial.problem or Problem()
    if not problem.message:
        return trial.wrong
    found = _about(question, trial, problem.message)
    words = "" if problem.form else trial.wrong
    is_name = re.match(r"\w*", found)[0] in trial.inputs
    return f"{words} {found if is_name else found[:1].upper() + found[1:]}".lstrip()


def _showing(question: Question, case: Case, wrong: WrongAnswer, first: Trial) -> Trial:
    """The failing trial beside which a known mistake is told: one in which it fails, too."""
    if wrong.kind != "misconception":
        return _telling(case, wrong.message, first)
    drawn = [t for p, t in zip(question.probes, case.trials, strict=True) if is_drawn(p)]
    both = [first, *(trial for trial in drawn if not trial.passed)]
    values = dict(zip(map(id, case.trials), wrong.values, strict=True))
    expected = dict(zip(map(id, case.trials), question.expected, strict=True))
    fail = (t for t in both if not same_observation(values[id(t)], expected[id(t)]))
    return next(fail, first)


SPEAKS_OF_SHAPE = re.compile(r"\b(axis|axes|shape|broadcast|transpose|keepdims)\b")


def _telling(case: Case, message: str, first: Trial) -> Trial:
    """The failing trial that shows what a message says: one with another shape, if it is of shapes.

    A square matrix keeps its shape whatever is done to it, and would show numbers only.
    """
    if not SPEAKS_OF_SHAPE.search(message):
        return first
    other = of_another_shape(case)
    broken = [t for t in case.fails if "shape" in str((t.error or {}).get("message", ""))]
    return next(iter([*other, *broken]), first)


def _shape(value: Any) -> tuple[int, ...] | None:
    array = isinstance(value, np.ndarray) or is_number(value)
    return np.shape(value) if array else None


def make_case(question: Question, answer: Answer) -> Case:
    """The answer as the diagnoses see it: every observation beside what was expected."""
    source = question.answer or question.starter
    named = {name: parameter_names(source, name) for name in question.names}
    helpers = f"{question.helpers}\n{question.outside}"
    parts, python = helper_parts(helpers), (*dir(builtins), *imported(helpers))
    triples = zip(question.probes, answer.observations, question.expected, strict=True)
    trials = tuple(
        _trial(probe, seen, expected, named, parts, question.names, python, is_example=i == 0)
        for i, (probe, seen, expected) in enumerate(triples)
    )
    return Case(trials, answer.reads, answer.blank, answer.loops)


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
    seen: Observation,
    expected: Observation,
    named: dict[str, tuple[str, ...]],
    parts: Mapping[str, str],
    answers: tuple[str, ...],
    python: tuple[str, ...],
    *,
    is_example: bool,
) -> Trial:
    pairs = expected.inputs or ()  # which depends on the probe, not on who answers
    called = re.match(r"\w*", probe.observed)[0]  # of several functions, the one that is asked
    inputs = _named_inputs(pairs, named.get(called, named[answers[0]]), parts)
    want = None if expected.error else decode(expected.value)
    got = None if seen.error else read_tuple(decode(seen.value), want)
    error, problem = seen.error, None
    if expected.error:
        same_kind = error is not None and error["kind"] == expected.error["kind"]
        error = None if same_kind else error
        wanted = f"This call should raise {expected.error['kind']}."
        problem = None if same_kind or error else Problem(wanted)
    elif error is None:
        problem = _ask_judge(probe, got, want, expected.arguments)
    names = list(inputs)
    fresh = set(seen.changed) - set(expected.changed)
    return Trial(
        probe=probe.shown,
        judge=probe.judge,
        inputs=inputs,
        received=got,
        expected=want,
        problem=problem,
        error=error,
        changed=tuple(names[i] for i in sorted(fresh) if i < len(names)),
        same=tuple(names[i] for i in seen.same if i < len(names)),
        printed=seen.printed,
        prints=bool(expected.printed),
        unsteady=bool(seen.unsteady) and not expected.unsteady,
        idle=error is None and bool(set(expected.drawn) - set(seen.drawn)),
        is_example=is_example,
        by_helper=bool(probe.measure) or _is_by_helper(probe.observed, answers, python),
        says=probe.says,
        wrong=probe.wrong,
        group=probe.group,
    )


@functools.lru_cache(maxsize=64)  # a search for a change judges the same question many times
def helper_parts(source: str) -> Mapping[str, str]:
    """Name -> source of what a probes cell defines for its probes, so that a card can show it."""
    parts = {}
    for node in ast.parse(source).body:
        stored = [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and _is_stored(n)]
        names = [node.name] if hasattr(node, "name") else stored
        parts |= dict.fromkeys(names, ast.get_source_segment(source, node) or "")
    return MappingProxyType(parts)


@functools.lru_cache(maxsize=64)
def imported(source: str) -> tuple[str, ...]:
    """The names that a source imports from others than the course."""
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    others = [node for node in found if not (node.module or "").startswith("course_utils")]
    return tuple(alias.asname or alias.name for node in others for alias in node.names)


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _is_by_helper(probe: str, answers: tuple[str, ...], python: tuple[str, ...]) -> bool:
    """Whether an expression hands what an answer gives to the check's own code, or the exercise's.

    python: names of Python's own functions; what these make is by whoever made their argument.
    """
    node = ast.parse(probe, mode="eval").body
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        if not isinstance(node, ast.Call):
            node = node.value
        elif isinstance(node.func, ast.Name):
            name = node.func.id
            if name in answers or name not in python or not node.args:
                return name not in answers and name not in python
            node = node.args[0]
        else:
            return False
    return False


def _with_definition(text: str, parts: Mapping[str, str]) -> str:
    """A function that is given as an argument, with its definition: it is what the answer gets.

    Any other code that makes an input is the check's own, and its inside is nobody's business.
    """
    return "\n".join([text, "where", parts[text]]) if text in parts else text


def _named_inputs(
    pairs: list, parameters: tuple[str, ...], parts: Mapping[str, str]
) -> dict[str, Any]:
    named = {}
    for key, data in pairs:
        by_place = key.isdigit() and int(key) < len(parameters)
        value = decode(data)
        if isinstance(value, Code):
            value = Code(_with_definition(value.text, parts))
        named[parameters[int(key)] if by_place else key] = value
    return named


def _ask_judge(probe: Probe, got: Any, want: Any, arguments: dict[str, Any]) -> Problem | None:
    if isinstance(got, Unjudgeable) and got.type_name == "ellipsis":
        return Problem("The placeholder `...` still stands where a value is asked.")
    if isinstance(got, Unjudgeable):
        return Problem(_unjudged(got, want))
    try:
        return ask(probe.judge, got, want, arguments)
    except (TypeError, ValueError, IndexError):
        return Problem(f"You have {describe(got)}, which can't be judged here.")


def _unjudged(got: Unjudgeable, want: Any) -> str:
    """What to say of a value that is no data: what came, what is asked, and no more."""
    asked = "" if want is None or isinstance(want, Unjudgeable) else describe(want)
    if got.reason != NO_DATA:
        return f"The value is {describe(got)}: {got.reason}."
    where = f" where {asked} is asked" if asked else ", which is not what is asked"
    return f"You have {describe(got)}{where}."


def missing(question: Question, names: tuple[str, ...], defined: Iterable[str] = ()) -> Verdict:
    """The verdict on names that nothing defines: which cell to run, or how to begin a new one.

    defined: names of the learner's own, one of which may be meant.
    """
    near = difflib.get_close_matches(names[0], list(defined), 1, NEARLY)
    if near:
        return Verdict(
            question.name,
            MISSING,
            f"`{names[0]}` is not defined. Did you name it `{near[0]}`?",
            f"The check looks for `{names[0]}`: give it this name, run its cell, then run this one "
            "again.",
            "missing",
        )
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


def _within_rules(question: Question, answer: Answer, case: Case) -> Verdict:
    """The verdict on an answer whose values are all right: it counts if the rules are kept."""
    if answer.uses:
        return _forbidden(question, answer)
    rule = broken(question.rules, case)
    if rule is not None:
        name, sentence = rule
        return Verdict(question.name, INCORRECT, sentence, _next_step(question), f"rule {name}")
    return _all_right(question, answer)


def _forbidden(question: Question, answer: Answer) -> Verdict:
    names = " and ".join(f"`{name.removeprefix('builtins.')}`" for name in answer.uses)
    message = f"Your values are right, but made with {names}, which this question does without."
    why = question.forbidden_why or "Write that part yourself."
    end = "" if why.endswith((".", "?", "!")) else "."
    step = f"{why[:1].upper()}{why[1:]}{end} {_next_step(question)}"
    return Verdict(question.name, INCORRECT, message, step, "forbidden")


def _all_right(question: Question, answer: Answer) -> Verdict:
    count = len(question.probes)
    tests = "1 test" if count == 1 else f"{count} tests"
    remarks = tuple(_remarks(question, answer))
    return Verdict(question.name, CORRECT, f"{tests} passed.", cause="correct", remarks=remarks)


def _remarks(question: Question, answer: Answer):
    seen = zip(answer.observations, question.expected, strict=True)
    pairs = [(a, b) for a, b in seen if not a.error]
    for observation, expected in pairs:
        fresh = [
            w
            for w in observation.warned
            if w not in expected.warned and not w.startswith("underflow")  # NumPy ignores it too
        ]
        if fresh:
            who = "NumPy warned" if "encountered" in fresh[0] else "a warning came"
            yield f"Your values are right, and {who} on the way: {fresh[0].rstrip('.')}."
            break
    loops = answer.loops and not question.one_by_one and question.seconds <= USUAL_SECONDS
    if loops and any(_takes_an_array(b) and a.seconds > SLOW_SECONDS for a, b in pairs):
        yield (
            "A loop over elements does here what one array expression does many times faster; on "
            "real data you will feel it."
        )
    if answer.reads:
        names = ", ".join(f"`{name}`" for name in answer.reads)
        yield f"Your code reads {names} from the notebook; an argument would make it independent."


def _takes_an_array(expected: Observation) -> bool:
    return any(isinstance(decode(value), np.ndarray) for _, value in expected.inputs or ())


def _wrong(question: Question, message: str, cause: str, trial: Trial) -> Verdict:
    return Verdict(
        question.name, INCORRECT, message, _next_step(question), cause, _evidence(question, trial)
    )


def _error(question: Question, trial: Trial, case: Case) -> Verdict:
    error = trial.error or {}
    line = f" in the line `{error['source']}`" if error.get("source") else ""
    help_text = reads_the_notebook(case) or _of_the_check(question, error) or explain_error(error)
    of_helper = not line and error.get("message", "") and is_raised_by(question.helpers, error)
    if of_helper or (error.get("measured") and is_authors(error)):
        message = f"{error['message'][:1].upper()}{error['message'][1:].rstrip('.')}"
        message += "" if message.endswith(("?", "!")) else "."
        shown = _shown(trial)
        return Verdict(question.name, INCORRECT, message, _next_step(question), "measure", shown)
    if error.get("measured") or (not line and not is_own_call(trial.probe, error, question.names)):
        return _outside(question, trial, error)
    if error.get("kind", "").endswith("MemoryError"):  # NumPy has a kind of its own
        message = f"Your code asks for more memory than there is{line}."
        return Verdict(question.name, OUT_OF_MEMORY, message, _next_step(question), OUT_OF_MEMORY)
    return Verdict(
        question.name,
        ERROR,
        f"Your code raised {error_name(error)}{line}."
        if line
        else f"Calling `{question.name}` as the task says raised {error_name(error)}.",
        f"{_only_where(case)}{help_text or _next_step(question)}",
        f"error {error_name(error)}",
        _shown(trial, error=_said(error)),
    )


def _of_the_check(question: Question, error: dict[str, Any]) -> str:
    """What to say where something is asked of an object of the check's own that it doesn't have."""
    helpers = ast.walk(ast.parse(f"{question.helpers}\n{question.outside}"))
    kinds = {node.name for node in helpers if isinstance(node, ast.ClassDef)}
    found = re.match(r"'(\w+)' object has no attribute '(\w+)'", error.get("message", ""))
    if error.get("kind") != "AttributeError" or not found or found[1] not in kinds:
        return ""
    return (
        f"The check has objects of its own, too, and they have no `{found[2]}`, only what the "
        "task speaks of. Can you do without it?"
    )


def _only_where(case: Case) -> str:
    """Where an answer raises, if it is right wherever an input isn't special."""
    words = in_special_inputs(case)
    return f"In these tests it is right except where {words}. " if words else ""


def _outside(question: Question, trial: Trial, error: dict[str, Any]) -> Verdict:
    """An exception that was raised where the check uses an answer, and not in the answer's code."""
    asked = [name for name in question.names if re.search(rf"\b{name}\b", trial.probe)]
    names = " and ".join(f"`{name}`" for name in asked or question.names)
    message = (
        f"{names} can't be used as the task says: what the check does with it raised "
        f"{error_name(error)}, outside your code."
    )
    why = lacks_an_entry(error, question) or says_what_it_expects(error)
    if why:
        message = f"{names} can't be used as the task says: {why}"
    step = f"{'' if why else explain_outside(error, question.names)} {_next_step(question)}".strip()
    evidence = _shown(trial, error=_said(error))
    cause = f"outside {error_name(error)}"
    return Verdict(question.name, INCORRECT, message, step, cause, evidence)


def _said(error: dict[str, Any]) -> str:
    said = f"{error['kind']}: {error['message']}".removesuffix(": ")
    return LONG_ROW.sub("[...]", said)[:500]


LONG_ROW = re.compile(r"\[[\[\]\s\d.,eE+-]{60,}(\]|\Z)")  # of numbers, to its end or the message's


def _shown(trial: Trial, *values: str, **more: Any) -> Evidence:
    """The evidence of a trial: what was done, with which inputs, and what else there is to say."""
    return Evidence(trial.probe, _inputs(trial), *values, says=trial.says, **more)


def _plain(question: Question, trial: Trial) -> Verdict:
    problem = trial.problem or Problem()
    if no_option := _no_option(question, trial):
        return _wrong(question, no_option, f"judge {trial.judge}", trial)
    if problem.message:
        is_answer = trial.probe in question.names
        message = (problem.brief if is_answer else "") or problem.message
        message = _about(question, trial, message)
        first = re.match(r"\w*", message)[0]
        message = message if first in trial.inputs else message[:1].upper() + message[1:]
        return _wrong(question, message, f"judge {trial.judge}", trial)
    message = "Your value differs from the right one"
    if trial.says:
        message = f"This doesn't come out right yet: {trial.says}"
    end = "" if message.endswith(("?", ".")) else "."
    return _wrong(question, message + end, "difference", trial)


def _no_option(question: Question, trial: Trial) -> str:
    """What to say of a letter that is none of the options; those are known by their mistakes."""
    if trial.judge != "choice" or not isinstance(trial.received, str):
        return ""
    known = {str(trial.expected)}
    for wrong in question.wrong_answers:
        values = dict(zip((probe.shown for probe in question.probes), wrong.values, strict=False))
        seen = values.get(trial.probe)
        if seen is not None and not seen.error and isinstance(decode(seen.value), str):
            known.add(decode(seen.value))
    letters = sorted(known)
    mine = trial.received.strip().lower()
    in_a_row = "".join(letters) in string.ascii_lowercase[: len(letters)]
    if len(mine) != 1 or mine in letters or len(letters) < 3 or not in_a_row:
        return ""
    return f"There is no option {mine}: the options are {letters[0]} to {letters[-1]}."


ASKS = re.compile(r"\b(how|whether|what|which)\b")


def _about(question: Question, trial: Trial, message: str) -> str:
    """What a judge says of a number, with what the number is: "the share: 0.3; 0.5 is asked"."""
    if ASKS.search(trial.says):
        message = message.replace(f"{IT} is ", f"{IT}: ", 1)
    return message.replace(IT, _subject(question, trial))


def _subject(question: Question, trial: Trial) -> str:
    """What a number is about, in a sentence: the author's words, a name, or what was measured."""
    if trial.says:
        return trial.says.rstrip(".")
    if trial.probe in question.names:
        return f"`{trial.probe}`"
    return "your result" if trial.inputs else "what was measured"


def _next_step(question: Question) -> str:
    if question.hints:  # a classroom edition may leave them out
        return f"`hint({question.name})` helps."
    return "Read the task once more, with this in mind."


def _asks_for_number(question: Question, trial: Trial) -> bool:
    """Whether the answer is a number itself, or a tuple or list of them, such as a shape."""
    return trial.probe in question.names and all(map(is_number, _items(trial.expected)))


def _gives_away(question: Question, trial: Trial) -> bool:
    """Whether the expected value is the answer itself: numbers, or the letters of options."""
    letters = all(isinstance(item, str) for item in _items(trial.expected))
    return _asks_for_number(question, trial) or (trial.probe in question.names and letters)


def _items(value: Any) -> list | tuple:
    return value if isinstance(value, (tuple, list)) else [value]


def _evidence(question: Question, trial: Trial) -> Evidence:
    if trial.error is not None and trial.error.get("measured") and is_authors(trial.error):
        return _shown(trial, detail=trial.error["message"])
    if trial.error is not None:
        return _shown(trial, error=_said(trial.error))
    if trial.passed:
        return _shown(trial)
    if _gives_away(question, trial):
        return _shown(trial, show(trial.received) + shape(trial.received))
    detail, found = "", trial.problem.difference
    if found is not None and found.where:
        received, expected = _brief_both(found.received, found.expected)
        detail = f"{found.where}: you have {received}, expected {expected}"
    elif _are_long_texts(trial.received, trial.expected):
        at = next(i for i, (a, b) in enumerate(_letters(trial.received, trial.expected)) if a != b)
        here = slice(max(at - 10, 0), at + 20)
        parts = f"{trial.received[here]!r}, expected {trial.expected[here]!r}"
        detail = f"character {at}: you have {parts}"
    received, expected = show(trial.received), ""
    if trial.by_value:
        received, expected = show_both(trial.received, trial.expected)
        expected += shape(trial.expected)
    by_hand = _fits_a_hand(trial)
    return _shown(trial, received + shape(trial.received), expected, detail, by_hand=by_hand)


def _are_long_texts(*values: Any) -> bool:
    return all(isinstance(value, str) and len(value) > MOST_LETTERS for value in values)


def _letters(a: str, b: str) -> Iterable[tuple[str, str]]:
    return itertools.zip_longest(a, b, fillvalue="")


def _brief_both(received: Any, expected: Any) -> tuple[str, str]:
    values = received, expected
    return tuple(
        text if "\n" not in text and len(text) < 60 else describe(value)
        for value, text in zip(values, show_both(*values), strict=True)
    )


MOST_BY_HAND = 12  # numbers in all
MOST_LETTERS = 80


def _fits_a_hand(trial: Trial) -> bool:
    """Whether a learner can work the case with a pencil: few numbers, short ones, and no helper."""
    if trial.error is not None or not trial.inputs:
        return False
    numbers = [n for value in (*trial.inputs.values(), trial.expected) for n in _numbers_in(value)]
    opaque = any(isinstance(value, (Code, Unjudgeable)) for value in trial.inputs.values())
    long = any(
        isinstance(value, str) and len(value) > MOST_LETTERS
        for value in (*trial.inputs.values(), trial.expected)
    )
    opaque = opaque or long
    short = all(isinstance(n, (bool, int)) or abs(n) == 0 or _is_short(n) for n in numbers)
    return not opaque and len(numbers) <= 2 * MOST_BY_HAND and (short or len(numbers) <= 4)


def _is_short(number: float) -> bool:
    return np.isfinite(number) and len(f"{number:.12g}".strip("-0").replace(".", "")) <= 4


def _numbers_in(value: Any) -> list[float]:
    if isinstance(value, np.ndarray):
        return value.real.ravel()[: 4 * MOST_BY_HAND].tolist()
    if isinstance(value, (list, tuple)):
        return [n for item in value for n in _numbers_in(item)]
    if isinstance(value, dict):
        return [n for item in value.values() for n in _numbers_in(item)]
    return [value.real] if is_number(value) else []


def _inputs(trial: Trial) -> tuple[tuple[str, str], ...]:
    """The inputs by name, without the check's own code where the author has words for it."""
    return tuple(
        (name, show(_as_input(value)) + shape(value))
        for name, value in trial.inputs.items()
        if not (trial.says and isinstance(value, Code) and "\nwhere\n" not in value.text)
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
