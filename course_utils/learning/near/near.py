"""The last thing to try before a wrong answer is only shown: is it a change or two from right?

A change is made in the learner's own code, which is run and judged as the check does. What is
said is true whatever the cause may be: that these changes make every test pass. It names the line
and what to look at, never what to write.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import gc
import linecache
import os
import random
import sys
import types
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.checking.data.observation import Answer, Observation
from course_utils.checking.data.question import Question
from course_utils.checking.data.verdict import ERROR, INCORRECT, Verdict
from course_utils.checking.judging.judge import make_case
from course_utils.checking.judging.judges import BY_VALUE
from course_utils.checking.judging.measure import measured
from course_utils.checking.judging.recognize import PRAISES, TWO
from course_utils.checking.observing.observe import keras_afresh
from course_utils.checking.observing.time_limit import time_limit
from course_utils.learning.near.blame import Blame
from course_utils.learning.near.changes import STRONG, WORDS
from course_utils.learning.near.kinds import other_kind
from course_utils.learning.near.likeness import A_PART, KNOWN, as_sure_as_known, without_slip
from course_utils.learning.near.search import Found, Search
from course_utils.learning.near.steps import Step, relation, step

with contextlib.suppress(ImportError):  # Windows has none
    import resource

SECONDS = 1.0  # of work
MOST_MEMORY = 2 * 1024**3  # bytes
PATIENCE = 4  # times as long, on a machine that is busy with something else
MOST_OF_LINE = 0.7
DEEPEST = 3_000  # calls inside of calls, as IPython allows
LONGEST = 60  # lines of an answer
# Causes that say only where, or how, an answer is wrong, or roughly what is: a line says more.
VAGUE = {
    "difference", "nearly", "zeros", "nothing_but_zeros", "some_results", "from_a_place_on",
    "on_one_side",
    "line_by_line", "wrong_shape", "wrong_length", "size_of_example", "lost_step", "lost_term",
    "lost_factor", "lost_function", "lost_power", "other_sign", "other_side", "other_way",
    "other_extreme", "other_function", "swapped_difference", "judge at_least", "judge at_most",
    "judge between", "judge accuracy", "judge falls", "judge all_equal", "judge gradient_of",
    "judge sums_to_one",
}  # fmt: skip
# Causes that say how the numbers are wrong, exactly, and not why.
EXACT = {
    "offset", "beside_an_input", "of_inputs_alone", "another_step", "special_inputs", "at_an_edge",
    "all_the_same", "some_signs", "not_reduced", "overflow", "squared", "left_out",
    "too_many", "all_whole", "probe", "mixed_up", "another_order", "factor",
}  # fmt: skip
MADE_OF_IT = {"difference", "probe"}  # causes where the check may compare what it made of a result
CLEAR = ("truth value of an array", "Cannot cast ufunc", "read-only", "bitwise_xor", "for ^:")
EXCEPT = "it is right except where"
OF_PARTS = tuple(said.partition("{}")[0] for said in (TWO, A_PART))  # how such verdicts begin
AS_MEANT = "If that part is as you mean it, look at what has to go with it."
ALL_NAMES = ("locals", "vars")  # functions that read every name
# Code that does more than compute is not run in variants.
ELSEWHERE = {"open", "exec", "eval", "input", "os", "sys", "shutil", "subprocess", "Path", "urllib"}


def near_miss(
    question: Question,
    answer: Answer,
    verdict: Verdict,
    namespace: dict[str, Any],
    given: dict[str, Any],
    seed: int,
    seconds: float = SECONDS,
) -> Verdict:
    """The verdict, with the lines to look at if one change, or two, make every test pass.

    A known mistake is told as sure as it is of this code. Nothing is searched then, unless only
    parts of the answer are known.
    answer: what was observed of it. Only an exception, and a verdict that names no cause, or names
    it roughly, is looked into, no longer than `seconds` for one change and again for two.
    """
    sources = [_source(namespace.get(name), name) for name in question.names]
    if KNOWN.match(verdict.cause):
        if None in sources:
            return verdict
        verdict = as_sure_as_known(question, answer, sources[0][0], verdict)
        if not verdict.message.startswith(OF_PARTS):
            return verdict
    elif sources[0] is not None:
        verdict = without_slip(question, answer, sources[0][0], verdict)
    known = KNOWN.match(verdict.cause) is not None
    vague = verdict.kind == INCORRECT and (known or _is_vague(verdict.cause))
    if verdict.kind != ERROR and not vague:
        return verdict
    if verdict.evidence and any(words in verdict.evidence.error for words in CLEAR):
        return verdict  # what has to be done instead is known, and no small change does it
    trials = make_case(question, measured(question, answer)).trials
    place = next((i for i, trial in enumerate(trials) if not trial.passed), None)
    if place is None or answer.reads or _seconds(answer.observations) > seconds / 2:
        return verdict
    if None in sources:
        return verdict
    tree, lines = sources[0]
    if not _only_computes(tree) or any(other[1] != lines for other in sources):
        return verdict
    with _unnoticed(), contextlib.suppress(TimeoutError), time_limit(PATIENCE * seconds):
        untouched = copy.deepcopy(tree)
        search = Search(question, tree, _apart(namespace), _apart(given), seed)
        blame = Blame(search, untouched)
        search.blames_the_right = blame.is_by_chance
        fails = [i for i, trial in enumerate(trials) if not trial.passed]
        return _looked_into(verdict, search, blame, answer, fails, lines, seconds)
    return verdict


def _looked_into(
    verdict: Verdict,
    search: Search,
    blame: Blame,
    answer: Answer,
    fails: list[int],
    lines: list[str],
    seconds: float,
) -> Verdict:
    """What the searches find, the surest first. blame: holds the tree as it was written."""
    tree = blame.tree
    if words := _other_defaults(search.question, tree):
        return replace(verdict, message=f"{verdict.message} {words}", cause="near default")
    found = search.one(answer, fails[0], seconds)
    if KNOWN.match(verdict.cause):  # one change that hardly mends by chance says more than parts
        kinds = {*STRONG, "operation"}
        strong = found and found.all_right and found.one_kind and found.changes[0][0] in kinds
        return _told(verdict, found, lines) if strong else verdict
    if found:
        return _told(verdict, found, lines)
    outside, probe = verdict.cause.startswith("outside "), search.question.probes[fails[0]]
    made = verdict.cause in MADE_OF_IT or outside
    free = not outside and (bool(probe.measure) or probe.judge not in BY_VALUE)
    if made and (kind := other_kind(search, tree, fails[0], exact=not free)):
        return replace(verdict, message=f"{verdict.message} {kind}", cause="near kind")
    if verdict.cause == "special_inputs" or EXCEPT in verdict.next_step:
        return verdict  # what it doesn't stand is known, and two changes may mend it by chance
    if found := search.two(seconds):
        return _told(verdict, found, lines)
    part = search.half()
    asked = verdict.kind == INCORRECT and search.asks_for_a_value()  # else an answer may be free
    unread = _unread(search.question, tree) if asked else ""
    if unread and not (part and part.known):
        return replace(verdict, message=f"{verdict.message} {unread}", cause="near unread")
    wrong = step(search, blame.solution, tree, fails, seconds)
    if (
        wrong is not None
        and verdict.cause != "probe"
        and not (wrong.before and verdict.cause in EXACT)
    ):
        return _told_step(verdict, wrong, lines)
    return _told(verdict, part, lines) if part else verdict


def _unread(question: Question, tree: ast.Module) -> str:
    """What to say of parameters that an answer never reads and the solution does; "" if none."""
    mine = _function(tree, question.name)
    right = _function(ast.parse(question.answer), question.name)
    if mine is None or right is None:
        return ""
    pairs = zip(_parameters(mine), _parameters(right), strict=False)
    unread = [f"`{a}`" for a, b in pairs if not _reads(mine, a) and _reads(right, b)]
    if not unread:
        return ""
    *most, last = unread
    all_of_them = f"{', '.join(most)} and {last}" if most else last
    them = "them" if most else "it"
    return f"Your code never reads {all_of_them}, so its result can't depend on {them}."


def _function(tree: ast.Module, name: str) -> ast.FunctionDef | None:
    """The function of a name among those that code defines; None if there is none."""
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    return next((node for node in functions if node.name == name), None)


def _parameters(function: ast.FunctionDef) -> list[str]:
    return [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]


def _reads(function: ast.FunctionDef, name: str) -> bool:
    names = (node for node in ast.walk(function) if isinstance(node, ast.Name))
    read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    return bool(read & {name, *ALL_NAMES})


def _other_defaults(question: Question, tree: ast.Module) -> str:
    """What to say of a parameter whose default isn't that of the starter; "" if there is none."""
    mine, asked = _defaults(tree, question.name), _defaults_of(question)
    for name, value in asked.items():
        if name in mine and mine[name] != value:
            is_one = f"`{name}` is `{value}` unless somebody says otherwise"
            return f"In the task {is_one}; your first line has `{mine[name]}`."
    return ""


def _defaults_of(question: Question) -> dict[str, str]:
    try:
        return _defaults(ast.parse(question.starter), question.name)
    except SyntaxError:
        return {}


def _defaults(tree: ast.Module, name: str) -> dict[str, str]:
    """The parameters of a function that have a default, with its code; {} if it isn't there."""
    function = _function(tree, name)
    if function is None:
        return {}
    names, values = reversed(_parameters(function)), reversed(function.args.defaults)
    return {name: ast.unparse(value) for name, value in zip(names, values, strict=False)}


def _told(verdict: Verdict, found: Found, lines: list[str]) -> Verdict:
    """The verdict with the places to look at."""
    wheres = [_where(node, lines) for _, node in found.changes]
    words = [WORDS[kind] for kind, _ in found.changes]
    first = f"in {wheres[0]}: {words[0]}"
    known = "" if PRAISES.search(found.known) else found.known
    if known:  # what is left when the first change is made, so it is told after it
        told = (
            f"Look first {first}. With that changed, your values would be those of a known "
            f'mistake: "{known}"'
        )
    elif not found.all_right:
        told = (  # what kind of change it takes in the end, or how many, half of it doesn't show
            f"Look first at {wheres[0]}: a small change there makes more tests pass, though not "
            "all of them yet."
        )
    elif found.changes[0][0] == "always":
        told = (
            f"If the same way were taken each time in {wheres[0]}, every test would pass. If its "
            "condition is as you mean it, look at what is done one way, and the other way."
        )
    elif len(words) == 1:
        told = f"One change makes every test pass, {first}. {AS_MEANT}"
        if not found.one_kind:
            told = f"One small change makes every test pass, in {wheres[0]}. {AS_MEANT}"
    elif wheres[0] == wheres[1]:
        both = " and ".join(words) if len(set(words)) > 1 else f"at two places, {words[0]}"
        told = f"Two changes make every test pass, both in {wheres[0]}: {both}."
    else:
        other = f"in {wheres[1]}: {words[1]}"
        if len({node.lineno for _, node in found.changes}) == 1:
            _, _, part = wheres[1].rpartition("`, at ")
            other = f"in the same line{f', at {part}' if part != wheres[1] else ''}: {words[1]}"
        told = f"Two changes make every test pass: one {first}; the other one {other}."
    said = f"{verdict.message} " if verdict.cause in EXACT else ""
    kinds = " and ".join(kind for kind, _ in found.changes)
    cause = f"near {kinds}" if found.all_right else f"near {kinds} and more"
    if verdict.kind == ERROR:
        return replace(verdict, next_step=f"{told} {verdict.next_step}", cause=cause)
    return replace(verdict, message=f"{said}{told}", cause=cause)


def _told_step(verdict: Verdict, wrong: Step, lines: list[str]) -> Verdict:
    """The verdict with the one step that is wrong, and how its numbers are."""
    other = "Another value" if verdict.kind == ERROR or _decides(wrong) else "Other numbers"
    where, part = _where(wrong.node, lines, longest=1.0), ""
    if wrong.before is not None:
        part = ast.get_source_segment("".join(lines), wrong.before)
    if part and wrong.before is wrong.node:
        told = (
            f"In {where}, your numbers are those of a right answer. What is made of them after "
            "that is not, or lacks a step."
        )
    elif part:
        told = (
            f"Up to `{part}` your numbers are those of a right answer. What is made of them in "
            f"{where} is not.{relation(wrong)}"
        )
    elif wrong.alone:
        told = (
            f"{other} should come out in {where}: with those of a right answer there, every test "
            f"would pass, and nothing else would have to change.{relation(wrong)}"
        )
    else:
        told = (
            f"{other} should come out in {where}: with those of a right answer there, every test "
            f"would pass. Look at that step, and at what it is made of.{relation(wrong)}"
        )
    if verdict.kind == ERROR:
        return replace(verdict, next_step=f"{told} {verdict.next_step}", cause="near step")
    said = f"{verdict.message} " if verdict.cause in EXACT else ""
    return replace(verdict, message=f"{said}{told}", cause="near step")


def _decides(wrong: Step) -> bool:
    """Whether a step gives yes or no."""
    values = [value for needs in wrong.needs for value in needs]
    return all(np.asarray(value).dtype.kind == "b" for value in values)


def _seconds(observations: tuple[Observation, ...]) -> float:
    return sum(seen.seconds or 0.0 for seen in observations)


def _is_vague(cause: str) -> bool:
    return cause in VAGUE | EXACT or cause.startswith("outside ")


def _source(answer: Any, name: str) -> tuple[ast.Module, list[str]] | None:
    """The functions and classes of the cell in which an answer stands, and the cell's lines."""
    methods = vars(answer).values() if isinstance(answer, type) else [answer]
    code = next((m.__code__ for m in methods if isinstance(m, types.FunctionType)), None)
    lines = linecache.getlines(code.co_filename) if code else []
    try:
        tree = ast.parse("".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    defined = [n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))]
    if name not in [node.name for node in defined] or len(lines) > LONGEST:
        return None
    for node in defined:
        _without_docstrings(node)
    tree.body = defined
    return tree, lines


def _without_docstrings(tree: ast.AST) -> None:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            node.body[:1] = [] if len(node.body) > 1 else [ast.copy_location(ast.Pass(), node)]


def _only_computes(tree: ast.AST) -> bool:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    imports = any(isinstance(n, (ast.Import, ast.ImportFrom, ast.Global)) for n in ast.walk(tree))
    return not (names & ELSEWHERE) and not imports


def _apart(space: dict[str, Any]) -> dict[str, Any]:
    """A namespace whose arrays and lists may be written into."""
    kinds = (np.ndarray, list, dict, set)
    return {
        key: copy.copy(value) if type(value) in kinds else value for key, value in space.items()
    }


def _where(node: ast.AST, lines: list[str], longest: float = MOST_OF_LINE) -> str:
    """A part of the code in words: its line, and the part itself if it is less than that.

    longest: share of the line up to which the part is told.
    """
    line = lines[node.lineno - 1].strip()
    again = sum(other.strip() == line for other in lines) > 1
    which = f" (line {node.lineno} of the cell)" if again else ""
    part = ast.get_source_segment("".join(lines), node) or "" if isinstance(node, ast.expr) else ""
    tells = "\n" not in part and line.count(part) == 1 and len(part) < longest * len(line)
    return f"the line `{line}`{which}, at `{part}`" if tells else f"the line `{line}`{which}"


def _limit_memory() -> tuple[int, int] | None:
    """Let changed code take no more than `MOST_MEMORY` besides what is taken; the limits before.

    None where a system can't be asked, such as Windows.
    """
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        before = resource.getrlimit(resource.RLIMIT_AS)
        most = pages * resource.getpagesize() + MOST_MEMORY
        if before[0] != resource.RLIM_INFINITY:
            most = min(most, before[0])
        resource.setrlimit(resource.RLIMIT_AS, (most, before[1]))
    except (OSError, ValueError, AttributeError, NameError):
        return None
    return before


@contextlib.contextmanager
def _silent():
    """What compiled libraries print by themselves, such as LAPACK of a NaN, is not shown."""
    kept: list[tuple[int, int]] = []
    with contextlib.suppress(OSError), open(os.devnull, "wb") as nowhere:
        for place in (1, 2):
            kept.append((place, os.dup(place)))
            os.dup2(nowhere.fileno(), place)
    try:
        yield
    finally:
        for place, before in kept:
            os.dup2(before, place)
            os.close(before)


@contextlib.contextmanager
def _unnoticed():
    """Whatever draws from the generators that all share finds them as they were.

    And nobody hears what Python thinks of changed code, and a change that calls itself forever, or
    makes an array that fills the machine, is stopped, whatever limit a learner has set. What all
    the notebook has left behind is not cleared up meanwhile: that would count as a change's time.
    """
    states = np.random.get_state(), random.getstate()  # noqa: NPY002
    memory = _limit_memory()
    deepest = sys.getrecursionlimit()
    sys.setrecursionlimit(min(deepest, DEEPEST))
    collects = gc.isenabled()
    gc.disable()
    try:
        with warnings.catch_warnings(), _silent():
            warnings.simplefilter("ignore")
            yield
    finally:
        if memory:
            resource.setrlimit(resource.RLIMIT_AS, memory)
        keras_afresh()
        sys.setrecursionlimit(deepest)
        if collects:
            gc.enable()
        np.random.set_state(states[0])  # noqa: NPY002
        random.setstate(states[1])
