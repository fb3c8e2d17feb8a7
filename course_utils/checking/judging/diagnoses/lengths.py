"""Diagnoses of a right row of things that is too short, or too long."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from course_utils.checking.judging.case import Case
from course_utils.checking.judging.compare import agree, difference
from course_utils.checking.judging.diagnoses.places import bundle

LONGEST = 5_000
FEWEST = 3  # different numbers, before a table is taken for a part of another


def left_out(case: Case) -> str | None:
    """All that is there is right, and some is missing, in every failing trial at the same end."""
    pairs = _rows(case)
    if not any(len(got) for got, _ in pairs) or not all(len(a) < len(b) for a, b in pairs):
        return _lines_left_out(case)
    where = _where([(got, asked) for got, asked in pairs])
    return {
        "": _lines_left_out(case),
        "end": "What you have is right, and it ends too early: something is missing at the end. "
        "Where does your loop, or your slice, stop?",
        "front": "What you have is right, and it begins too late: something is missing at the "
        "front. Where does your loop, or your slice, start?",
        "between": "What you have is right, and some of it is left out. Which condition, or which "
        "index in brackets, picks some and drops the others?",
    }[where]


def too_many(case: Case) -> str | None:
    """All that is asked is there, and something more, in every failing trial at the same end."""
    pairs = _rows(case)
    if not pairs or not all(0 < len(asked) < len(got) for got, asked in pairs):
        return _lines_too_many(case)
    where = _where([(asked, got) for got, asked in pairs])
    return {
        "": _lines_too_many(case),
        "end": "All that is asked is there, and then there is something more at the end. Where "
        "should your loop, or your slice, stop?",
        "front": "All that is asked is there, and before it there is something more at the front. "
        "Where should your loop, or your slice, start?",
        "between": "All that is asked is there, in its order, and something more between it. Is "
        "something put in twice, or on the way?",
    }[where]


def each_once(case: Case) -> str | None:
    """All items of each right list of texts are there, each once, where some are to come again."""
    pairs = _texts(case)
    if not any(len(set(asked)) < len(asked) for _, asked in pairs):
        return None
    if not all(sorted(got) == sorted(set(asked)) for got, asked in pairs):
        return None
    in_order = all(got == list(dict.fromkeys(asked)) for got, asked in pairs)
    order = "" if in_order else ", and their order is another one"
    return (
        f"Each item is there once: those that come again are lost{order}. Is there a set, or a "
        "dictionary, on the way?"
    )


def mixed_up(case: Case) -> str | None:
    """All items of each right list of texts, in another order."""
    pairs = _texts(case)
    if not pairs or not all(Counter(got) == Counter(asked) for got, asked in pairs):
        return None
    if sum(len(asked) for _, asked in pairs) < FEWEST:
        return None
    if all(got == asked[::-1] for got, asked in pairs):
        return "All items are there, and in reverse order."
    if all(got == sorted(asked) for got, asked in pairs):
        return "All items are there, and in the order of the alphabet: what sorts them?"
    return "All items are there, and in another order than is asked."


def _texts(case: Case) -> list[tuple[list, list]]:
    """What came and what is asked in each failing trial, if all are lists of texts; else []."""
    if any(t.error is not None or not t.by_value or t.by_helper for t in case.fails):
        return []
    pairs = [(trial.received, trial.expected) for trial in case.fails]
    both = all(isinstance(row, list) and row for pair in pairs for row in pair)
    return pairs if both and all(isinstance(x, str) for p in pairs for r in p for x in r) else []


def columns_left_out(case: Case) -> str | None:
    """All columns that are there are right, and some that are asked are missing."""
    if not case.fails or any(t.error is not None or not t.by_value for t in case.fails):
        return None
    pairs = [(t.received, t.expected) for t in case.fails]
    tables = all(isinstance(x, np.ndarray) and x.ndim == 2 for pair in pairs for x in pair)
    if not tables or not all(len(a) == len(b) and a.shape[1] < b.shape[1] for a, b in pairs):
        return None
    if not all(b.shape[1] <= LONGEST for _, b in pairs) or not any(a.shape[1] for a, _ in pairs):
        return None
    if all(agree(a, b[:, : a.shape[1]]).all() for a, b in pairs):
        return (
            "The columns that you have are right, and the last ones are missing. What decides how "
            "many there are?"
        )
    if not all(_same(list(a.T), _chosen(list(a.T), list(b.T))) for a, b in pairs):
        return None
    return (
        "The columns that you have are right, and some that are asked are missing. Does a mask, or "
        "an index in brackets, drop them? Each column keeps its place, whatever becomes of it."
    )


def _lines_left_out(case: Case) -> str | None:
    """A part of each right table, which lacks columns, or rows and columns, at one end."""
    where, lines = _cut([(got, asked) for got, asked in _tables(case)])
    begins = "ends too early" if where == "end" else "begins too late"
    return where and (
        f"What you have is right, and it {begins}: {lines} are missing at the {where}. How many "
        "should there be, and what decides it in your code?"
    )


def _lines_too_many(case: Case) -> str | None:
    """Each right table, with columns too many, or rows and columns, at one end."""
    where, lines = _cut([(asked, got) for got, asked in _tables(case)])
    return where and (
        f"All that is asked is there, and {lines} too many at the {where}. How many should there "
        "be, and what decides it in your code?"
    )


def _tables(case: Case) -> list[tuple[np.ndarray, np.ndarray]]:
    """The wrong arrays of each failing trial, of two axes or more; [] if it isn't that."""
    found = []
    for trial in case.fails:
        if trial.error is not None or not trial.by_value or trial.by_helper:
            return []
        parts = bundle(trial) or ([trial.received], [trial.expected], [])
        wrong = [pair for pair in zip(*parts[:2], strict=True) if difference(*pair) is not None]
        if not all(isinstance(x, np.ndarray) and x.ndim > 1 for pair in wrong for x in pair):
            return []
        found += wrong
    return found if all(a.ndim == b.ndim for a, b in found) else []


def _cut(pairs: list[tuple[np.ndarray, np.ndarray]]) -> tuple[str | None, str]:
    """(the end, or the front, at which each smaller table was cut; of what), or (None, "")."""
    if not pairs or not all(0 < a.size < b.size for a, b in pairs):
        return None, ""
    if len(np.unique(np.concatenate([a.ravel() for a, _ in pairs]))) < FEWEST:
        return None, ""
    axes = {i for a, b in pairs for i in range(a.ndim) if a.shape[i] != b.shape[i]}
    lines = " and ".join(("rows", "columns", "entries of later axes")[min(i, 2)] for i in axes)
    for where, part in (
        ("end", lambda a, b: b[tuple(slice(n) for n in a.shape)]),
        ("front", lambda a, b: b[tuple(slice(-n, None) for n in a.shape)]),
    ):
        if all(difference(a, part(a, b)) is None for a, b in pairs):
            return where, lines
    return None, ""


def fixed_length(case: Case) -> str | None:
    """As many things in every test, where each test asks for another number of them."""
    trials = [t for t in case.trials if t.error is None and t.by_value and not t.by_helper]
    if len(trials) < len(case.trials) or not case.fails:
        return None
    found: dict[str, list[tuple[int, int]]] = {}
    for trial in trials:
        got, asked, places = bundle(trial) or ([trial.received], [trial.expected], [""])
        for place, mine, right in zip(places, got, asked, strict=True):
            lengths = _items(mine), _items(right)
            flat = np.ndim(mine) == np.ndim(right) == 1 if isinstance(mine, np.ndarray) else True
            if flat and all(items is not None for items in lengths):
                found.setdefault(place, []).append((len(lengths[0]), len(lengths[1])))
    for place, pairs in found.items():
        mine, right = {n for n, _ in pairs}, {n for _, n in pairs}
        if len(pairs) == len(trials) and len(mine) == 1 and len(right) > 2 and min(mine) > 2:
            who = f"{place[:1].upper()}{place[1:]} of your results" if place else "Your result"
            return (
                f"{who} has {min(mine)} entries in every test, whatever comes in, and each test "
                "asks for another number of them. What in your code fixes it, and what in the "
                "inputs should?"
            )
    return None


def _rows(case: Case) -> list[tuple[list, list]]:
    """What is wrong in each failing trial, as two rows of things; [] if it isn't that."""
    found = []
    for trial in case.fails:
        if trial.error is not None or not trial.by_value or trial.by_helper:
            return []
        if trial.probe.startswith(("[", "{")):
            return []  # the check collects these, not the learner
        parts = bundle(trial) or ([trial.received], [trial.expected], [])
        for got, asked in zip(*parts[:2], strict=True):
            if difference(got, asked) is None:
                continue
            mine, theirs = _items(got), _items(asked)
            if mine is None or theirs is None or type(got) is not type(asked):
                return []
            found.append((mine, theirs))
    return found


def _items(value: Any) -> list | None:
    if isinstance(value, np.ndarray):
        return list(value) if value.ndim and len(value) <= LONGEST else None
    return list(value) if isinstance(value, list) and len(value) <= LONGEST else None


def _where(pairs: list[tuple[list, list]]) -> str:
    """Where the longer row has more: "end", "front" or "between"; "" if it isn't so of all."""
    for where, part in (
        ("end", lambda short, long: long[: len(short)]),
        ("front", lambda short, long: long[len(long) - len(short) :]),
        ("between", _chosen),
    ):
        if all(_same(short, part(short, long)) for short, long in pairs):
            return where
    return ""


def _chosen(short: list, long: list) -> list:
    """The items of the longer row that are those of the shorter one, as far as they go in order."""
    found, rest = [], iter(long)
    for item in short:
        twin = next((other for other in rest if difference(item, other) is None), None)
        if twin is None:
            break
        found.append(twin)
    return found


def _same(short: list, part: list) -> bool:
    alike = len(short) == len(part)
    return alike and all(difference(a, b) is None for a, b in zip(short, part, strict=True))
