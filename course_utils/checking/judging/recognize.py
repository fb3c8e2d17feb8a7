"""Recognize a wrong answer that is known by its values: a misconception, or a general slip."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checking.data.observation import Observation
from course_utils.checking.data.question import Probe, Question, WrongAnswer
from course_utils.checking.data.values import Unjudgeable, decode
from course_utils.checking.judging.compare import agree, difference, is_number
from course_utils.checking.judging.judges import BY_VALUE, ask, choice, close, order, read_tuple

LOOSE = 1e-3
BOUNDED = ("between", "at_least", "at_most")
DRAWS = 0.06  # how far apart two shares of many draws may be that mean the same
DRAWN = re.compile(r"\brng\b")
FEWEST = 3  # numbers in which two answers agree, before that is taken for more than chance
FEWEST_WHOLE = 8  # numbers, where all of them are whole: small ones agree by chance
MOST_ANSWERS = 3  # of yes and no in a row, which many a mistake has in common
TRUTH = (bool, np.bool_)
LETTER = 1000  # a wrong letter is told by itself
LEAST_PART = 0.6  # of the wrong numbers, how many a known mistake explains that is told of a part
MOST_FAILS = 1 / 3  # of all that fails, how much a known mistake fails that is told of a part
TWO = (  # quotations: of this code one of them, or both, may be untrue
    'What is wrong looks like two known mistakes at once: "{}" And: "{}"'
)
OF_THE_REST = re.compile(r"\b(is|are) (all )?right\b|\b(works?|mended|found|agrees?|the rest)\b")
PRAISES = re.compile(r"\b(right|works?|mended|found|only|agrees?)\b")


def recognize(
    question: Question, observations: tuple[Observation, ...]
) -> tuple[int, WrongAnswer] | None:
    """The known wrong answer that was observed, and its place among the known; None if none.

    First one that gives the same on every probe. Else one that fails the same probes and gives
    nearly the same on each: other rounding, another text of an error, right values of other code.
    Else one that does so for all inputs that are drawn: the same mistake by somebody who treats
    the special inputs, which an author writes out, in another way. Where all that is wrong is 0 or
    NaN, or one number whatever is asked, general slips are silent.
    """
    if not _shows_more_than_nothing(question, observations):
        told = (
            w if w.kind == "misconception" else replace(w, values=())
            for w in question.wrong_answers
        )
        question = replace(question, wrong_answers=tuple(told))
    twin = same_values(question, question.wrong_answers, observations)
    if twin is not None:
        return twin
    each = _name_by_name(question, observations)
    if each is not None:
        return each
    alike = [
        (index, wrong)
        for index, wrong in enumerate(question.wrong_answers)
        if wrong.values and not _changes_more(question, observations, wrong)
    ]
    for look in (_same_failures, _same_where_drawn):
        for index, wrong in alike:
            if look(question, observations, wrong):
                return index, wrong
    return None


def _changes_more(question: Question, observations: tuple, wrong: WrongAnswer) -> bool:
    """Whether an argument is changed in place where the known mistake is right: it fails there."""
    rows = zip(question.probes, observations, wrong.values, question.expected, strict=True)
    return any(
        set(seen.changed) - set(expected.changed) - set(known.changed)
        and is_content(probe, known, expected)
        for probe, seen, known, expected in rows
    )


def contained(
    question: Question, observations: tuple[Observation, ...]
) -> tuple[int, WrongAnswer] | None:
    """The author's wrong answer that is a part of this one, and its place; None if there is none.

    Wherever it is wrong this one is wrong in the same way, in a letter or in `FEWEST` numbers at
    least (`FEWEST_WHOLE` where all that are asked there are whole), and it may be wrong elsewhere,
    too, but not in much more. Of several, the one that explains most. A message that praises the
    rest is never taken.
    """
    best = (FEWEST - 1, 0, None)
    if _is_one_value(question, observations) or _are_truth_values(question):
        return None  # whatever is asked: that fits any mistake; of yes and no, too much does
    most = MOST_FAILS * _fails(question, observations)
    for index, wrong in enumerate(question.wrong_answers):
        if wrong.kind == "misconception" and wrong.values and not PRAISES.search(wrong.message):
            amount = _explained_by(question, observations, wrong)
            if amount < FEWEST_WHOLE and _are_whole(question, wrong):
                continue
            if _fails(question, wrong.values) < most and amount < LETTER:
                continue
            if amount < LETTER and _part_of_arrays(question, observations, wrong) < LEAST_PART:
                continue
            best = max(best, (amount, -index, wrong), key=lambda one: one[:2])
    return None if best[2] is None else (-best[1], best[2])


def together(
    question: Question, observations: tuple[Observation, ...]
) -> tuple[int, WrongAnswer] | None:
    """Two of the author's wrong answers that make up this one, told in one; None if there are none.

    This one fails where either of them does. Wherever only one of them is wrong it gives the same,
    and each of the two has such a probe, in which something is seen that isn't a mere yes or no.
    Where both are wrong, anything may come of it. So another two may fit as well: then none is
    told.
    """
    rows = list(zip(question.probes, observations, question.expected, strict=True))
    mine = [not is_content(*row) for row in rows]
    known = []
    for index, wrong in enumerate(question.wrong_answers):
        if wrong.kind != "misconception" or not wrong.values or OF_THE_REST.search(wrong.message):
            continue
        fails = [
            not is_content(p, seen, e) for (p, _, e), seen in zip(rows, wrong.values, strict=True)
        ]
        if any(theirs and not ours for theirs, ours in zip(fails, mine, strict=True)):
            continue
        pairs = zip(fails, observations, wrong.values, strict=True)
        same = [fails and same_observation(a, b) for fails, a, b in pairs]
        if any(same):
            known.append((index, wrong, fails, same))
    pairs = []
    for (i, first, fails, same), (j, second, others, like) in itertools.combinations(known, 2):
        each = list(zip(fails, same, others, like, observations, strict=True))
        whole = [a or b for a, _, b, _, _ in each] == mine
        if whole and all(x or y or (a and b) for a, x, b, y, _ in each if a or b):
            alone = any(x and not b and _is_telling(o) for _, x, b, _, o in each)
            apart = any(y and not a and _is_telling(o) for a, _, _, y, o in each)
            if alone and apart:
                pairs.append({first.message: (i, first), second.message: (j, second)})
    shared = set.intersection(*map(set, pairs)) if pairs else set()
    told = [pairs[0][message] for message in pairs[0] if message in shared] if pairs else []
    if len(told) < 2:
        return None
    (i, first), (_, second) = told
    return i, replace(first, message=TWO.format(first.message, second.message))


def _are_truth_values(question: Question) -> bool:
    """Whether nothing but yes and no is asked."""
    values = [None if seen.error else decode(seen.value) for seen in question.expected]
    return all(_is_truth(value) for value in values)


def _is_truth(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return bool(value) and all(map(_is_truth, value))
    if isinstance(value, np.ndarray):
        return value.dtype.kind == "b"
    return isinstance(value, (bool, np.bool_))


def _are_whole(question: Question, wrong: WrongAnswer) -> bool:
    """Whether nothing but whole numbers is asked where a known mistake fails, alone or in lists."""
    rows = zip(question.probes, wrong.values, question.expected, strict=True)
    asked = [expected for probe, seen, expected in rows if not is_content(probe, seen, expected)]
    values = [None if seen.error else decode(seen.value) for seen in asked]
    items = [
        item
        for value in values
        for item in (value if isinstance(value, (list, tuple)) else [value])
    ]
    return all(is_number(item) and isinstance(item, (int, np.integer)) for item in items)


def _is_telling(seen: Observation) -> bool:
    """Whether a value says more than yes or no, none, zero, or which of several."""
    value = None if seen.error else decode(seen.value)
    if value is None or isinstance(value, (bool, np.bool_, Unjudgeable)):
        return False
    items = value if isinstance(value, (list, tuple)) else [value]
    if all(isinstance(item, (bool, np.bool_)) for item in items):
        return len(items) > MOST_ANSWERS
    if isinstance(value, np.ndarray) and value.dtype.kind == "b":
        return value.any() and not value.all()
    if isinstance(value, (int, np.integer)):
        return False  # one whole number comes about by chance
    if isinstance(value, np.ndarray) and value.dtype.kind in "iu":
        return value.size > 1 and value.any()
    return not is_number(value) or value != 0


def _fails(question: Question, observations: tuple) -> int:
    """How many probes aren't content."""
    rows = zip(question.probes, observations, question.expected, strict=True)
    return sum(not is_content(*row) for row in rows)


def _is_one_value(question: Question, observations: tuple) -> bool:
    """Whether all that is wrong, in more than one probe, is one and the same value."""
    wrong = []
    for probe, seen, expected in zip(question.probes, observations, question.expected, strict=True):
        if probe.judge == "choice" or seen.error or expected.error:
            return False
        for leaf in _wrong_leaves(decode(seen.value), decode(expected.value)):
            plain = isinstance(leaf, np.ndarray) and leaf.dtype.kind in "biuf"
            wrong += map(repr, leaf.ravel().tolist() if plain else [leaf])
    return len(wrong) > 1 and len(set(wrong)) == 1


def _part_of_arrays(question: Question, observations: tuple, wrong: WrongAnswer) -> float:
    """Of the wrong numbers in arrays of the right shape, the share that `wrong` has wrong, too."""
    mine, theirs = 0, 0
    for seen, known, expected in zip(observations, wrong.values, question.expected, strict=True):
        if seen.error or known.error or expected.error:
            continue
        three = (decode(one.value) for one in (seen, known, expected))
        for got, other, right in _side_by_side(*three):
            arrays = [x for x in (got, other, right) if isinstance(x, np.ndarray)]
            if len(arrays) < 3 or any(x.dtype.kind not in "biufc" for x in arrays):
                continue
            if got.shape == other.shape == right.shape:
                off = ~agree(got, right)
                mine, theirs = mine + off.sum(), theirs + (off & ~agree(other, right)).sum()
    return theirs / mine if mine else 1.0


def _side_by_side(got: object, other: object, right: object) -> list[tuple]:
    """Three values; or, of three dictionaries with the same keys, what stands under each key."""
    values = (got, other, right)
    dicts = all(isinstance(value, dict) for value in values)
    if dicts and set(got) == set(other) == set(right):
        return [tuple(value[key] for value in values) for key in right]
    return [values]


def _explained_by(question: Question, observations: tuple, wrong: WrongAnswer) -> int:
    """How many of the values seen are those of `wrong`, where it is wrong; 0 if one isn't."""
    amount = 0
    rows = zip(question.probes, observations, wrong.values, question.expected, strict=True)
    for probe, seen, known, expected in rows:
        if same_observation(known, expected):
            continue
        if probe.judge == "choice":
            if not same_observation(seen, known):
                return 0
            amount += LETTER
            continue
        if (
            probe.judge not in BY_VALUE
            or expected.error
            or bool(seen.changed) != bool(known.changed)
        ):
            return 0
        if seen.error or known.error:
            if not same_observation(seen, known):
                return 0
            continue
        count = _explained(decode(seen.value), decode(known.value), decode(expected.value))
        if count is None:
            return 0
        amount += count
    return amount


def _explained(got: object, known: object, right: object) -> int | None:
    """How many different values of `got` are those of `known`, of those that aren't right in it;
    None if one of them isn't. The numbers of a tuple hang together, and count as one.
    """
    if all(isinstance(value, (list, tuple)) for value in (got, known, right)):
        if not len(got) == len(known) == len(right):
            return None
        total = _total(_explained(*three) for three in zip(got, known, right, strict=True))
        hang_together = isinstance(right, tuple) and all(is_number(item) for item in right)
        return min(total, 1) if total and hang_together else total
    if all(isinstance(value, dict) for value in (got, known, right)):
        if not set(got) == set(known) == set(right):
            return None
        return _total(_explained(got[key], known[key], right[key]) for key in right)
    if all(isinstance(value, np.ndarray) for value in (got, known, right)):
        if not got.shape == known.shape == right.shape:
            return None
        if not all(value.dtype.kind in "biufc" for value in (got, known, right)):
            return None
        wrong = ~agree(known, right)
        return len(np.unique(got[wrong])) if agree(got[wrong], known[wrong], LOOSE).all() else None
    if difference(known, right) is None:
        return 0
    if isinstance(known, TRUTH) and not isinstance(got, TRUTH):
        return None  # a 0 may be a number, where False is asked
    return 1 if difference(got, known, LOOSE) is None else None


def _total(counts: Iterable[int | None]) -> int | None:
    found = list(counts)
    return None if None in found else sum(found)


def _name_by_name(
    question: Question, observations: tuple[Observation, ...]
) -> tuple[int, WrongAnswer] | None:
    """Where several values are asked, and each wrong one of them is known from a wrong answer in
    which nothing else is wrong: all that is said of these.
    """
    if len(question.names) < 2 or any(seen.inputs is not None for seen in question.expected):
        return None
    probes = [_names_in(probe, question.names) for probe in question.probes]
    if any(len(names) != 1 for names in probes):
        return None

    def fails(seen: tuple[Observation, ...], name: str) -> bool:
        rows = zip(question.probes, seen, question.expected, probes, strict=True)
        return any(name in names and not is_content(p, a, e) for p, a, e, names in rows)

    told, values, first = [], list(question.expected), None
    for name in question.names:
        if not fails(observations, name):
            continue
        places = [i for i, names in enumerate(probes) if name in names]
        known = (
            (index, wrong)
            for index, wrong in enumerate(question.wrong_answers)
            if wrong.values
            and not any(fails(wrong.values, other) for other in question.names if other != name)
            and all(same_observation(observations[i], wrong.values[i]) for i in places)
        )
        index, wrong = next(known, (None, None))
        if wrong is None:
            return None
        first = (index, wrong) if first is None else first
        told.append(wrong.message)
        for i in places:
            values[i] = wrong.values[i]
    if first is None:
        return None
    index, wrong = first
    return index, replace(wrong, message=" ".join(dict.fromkeys(told)), values=tuple(values))


def _names_in(probe: Probe, names: tuple[str, ...]) -> set[str]:
    nodes = ast.walk(ast.parse(probe.observed, mode="eval"))
    return {node.id for node in nodes if isinstance(node, ast.Name)} & set(names)


def is_content(probe: Probe, seen: Observation, expected: Observation) -> bool:
    """Whether the probe's judge takes a value, with the arguments that it was built with."""
    if seen.error or expected.error:
        return _same_error(seen, expected)
    right = decode(expected.value)
    try:
        got = read_tuple(decode(seen.value), right)
        return ask(probe.judge, got, right, expected.arguments) is None
    except (TypeError, ValueError, IndexError):
        return False


def is_drawn(probe: Probe) -> bool:
    """Whether the inputs of a probe are drawn at random, so that nothing is special in them."""
    return bool(DRAWN.search(probe.shown))


def same_values(
    question: Question, known: tuple[WrongAnswer, ...], observations: tuple[Observation, ...]
) -> tuple[int, WrongAnswer] | None:
    """The first of the known wrong answers that gives the same on every probe, and its place."""
    for index, wrong in enumerate(known):
        if wrong.values and _all_same(question, observations, wrong):
            return index, wrong
    return None


def _shows_more_than_nothing(question: Question, observations: tuple[Observation, ...]) -> bool:
    """Whether what is wrong is more than zeros and NaN, or one number for all that is asked, which
    many a slip leaves behind."""
    found: list[set[complex]] = []
    rows = zip(question.probes, observations, question.expected, strict=True)
    for probe, seen, expected in rows:
        if seen.error or expected.error:
            return True
        made = probe.measure or not probe.observed.startswith(question.names)
        for got in _wrong_leaves(decode(seen.value), decode(expected.value)):
            array = isinstance(got, np.ndarray) and got.dtype.kind in "biufc"
            if made and isinstance(got, str):
                continue  # what the check says of many an answer
            if not (array or is_number(got)):
                return True
            numbers = np.asarray(got, dtype=complex)  # an integer may be larger than NumPy's own
            found.append(set(numbers[np.isfinite(numbers) & (numbers != 0)].tolist()))
    different = set().union(*found)
    if len(different) == 1 and len(found) == 1:  # a whole number comes about by chance
        whole = all(number == complex(round(number.real)) for number in different)
        return not whole or any(probe.observed in question.names for probe in question.probes)
    return len(different) > 1


def _wrong_leaves(got: object, right: object) -> Iterator[object]:
    """The parts of a value that are not as they should be; of arrays of one shape, the numbers."""
    if difference(got, right) is None:
        return
    alike = isinstance(right, (tuple, list)) and isinstance(got, (tuple, list))
    if alike and len(got) == len(right):
        for a, b in zip(got, right, strict=True):
            yield from _wrong_leaves(a, b)
    elif isinstance(right, dict) and isinstance(got, dict) and set(got) == set(right):
        for key in right:
            yield from _wrong_leaves(got[key], right[key])
    elif isinstance(right, np.ndarray) and isinstance(got, np.ndarray) and got.shape == right.shape:
        yield got[~agree(got, right)] if got.dtype.kind in "biufc" else got
    else:
        yield got


def same_observation(a: Observation, b: Observation) -> bool:
    """Whether two observations show the same value, or the same error, and the same changes."""
    if a.error or b.error:
        return _same_error(a, b) and _said_of(a) == _said_of(b)
    if bool(a.changed) != bool(b.changed):
        return False
    return difference(decode(a.value), decode(b.value)) is None


BY_ZERO = re.compile(r"(?:float |complex |integer )?(?:floor )?division(?: or modulo)? by zero")


def _said_of(seen: Observation) -> str:
    """The message of an error, without what Keras tells of the arguments: it names parameters.

    A division by zero is one error, which Python words after the kinds of the numbers.
    """
    said = str(seen.error.get("message", "")).partition("Arguments received by")[0]
    return BY_ZERO.sub("division by zero", said)


def _all_same(question: Question, observations: tuple, wrong: WrongAnswer) -> bool:
    rows = zip(question.probes, observations, wrong.values, question.expected, strict=True)
    return all(same_observation(a, b) or _same_answer(p, a, b, e) for p, a, b, e in rows)


def _same_answer(
    probe: Probe, seen: Observation, known: Observation, expected: Observation
) -> bool:
    """Whether the probe's own judge would take the one for the other: "B)" for "b", 0.06 for 1/16.

    Only where a value itself is asked, not a function that gives it.
    """
    if expected.inputs is not None or seen.error or known.error:
        return False
    if bool(seen.changed) != bool(known.changed):
        return False
    judge = {"choice": choice, "order": order, "close": close}.get(probe.judge)
    if judge is None:
        return False
    got, wrong = decode(seen.value), decode(known.value)
    if isinstance(got, Unjudgeable) or isinstance(wrong, Unjudgeable):
        return False
    return judge(got, wrong, **(_tolerance(expected) if judge is close else {})) is None


def _tolerance(expected: Observation) -> dict[str, float]:
    arguments = expected.arguments
    return {key: decode(arguments[key]) for key in ("rtol", "atol") if key in arguments}


def _same_failures(question: Question, observations: tuple, wrong: WrongAnswer) -> bool:
    """Whether both fail the same probes, and show nearly the same in each, one value at least.

    A value within bounds counts as any other within them. Where both are outside, two may be of
    other draws, if both fail more than one probe.
    """
    telling, failed, other_draws = False, 0, False
    rows = zip(question.probes, observations, wrong.values, question.expected, strict=True)
    for probe, seen, known, expected in rows:
        if probe.judge not in BY_VALUE:
            if same_observation(seen, known):
                fails = not is_content(probe, known, expected)
                failed += fails
                telling = telling or (fails and probe.judge == "between" and _tells(seen))
                continue
            if probe.judge not in BOUNDED or seen.error or known.error:
                return False
            inside = is_content(probe, seen, expected), is_content(probe, known, expected)
            if inside[0] != inside[1]:
                return False
            if not inside[0]:
                if difference(decode(seen.value), decode(known.value), DRAWS) is not None:
                    return False
                failed, other_draws = failed + 1, True
            continue
        fails = not _right(seen, expected), not _right(known, expected)
        if fails[0] != fails[1]:
            return False
        if fails[0] and not _nearly(seen, known, expected):
            return False
        failed += fails[0]
        telling = telling or (fails[0] and _tells(seen))
    return failed > 1 if other_draws else telling


def _same_where_drawn(question: Question, observations: tuple, wrong: WrongAnswer) -> bool:
    """Whether both fail the same probes of those that are drawn, with nearly the same values, and
    these are enough numbers that nobody hits by chance.
    """
    numbers = 0
    rows = zip(question.probes, observations, wrong.values, question.expected, strict=True)
    for probe, seen, known, expected in rows:
        if probe.judge == "choice" and not same_observation(seen, known):
            return False  # another letter is another answer, drawn or not
        if not is_drawn(probe):
            continue
        if probe.judge not in BY_VALUE:
            if not same_observation(seen, known):
                return False
            continue
        fails = not _right(seen, expected), not _right(known, expected)
        if fails[0] != fails[1] or (fails[0] and not _nearly(seen, known, expected)):
            return False
        if fails[0] and _tells(seen):
            numbers += _amount(decode(seen.value))
    return numbers >= FEWEST


def _amount(value: object) -> int:
    """How many different numbers a value holds: a row of zeros is one."""
    if isinstance(value, (list, tuple)):
        return sum(map(_amount, value))
    if isinstance(value, dict):
        return sum(map(_amount, value.values()))
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        return len(np.unique(value))
    return 1


def _right(seen: Observation, expected: Observation) -> bool:
    if seen.error or expected.error:
        return _same_error(seen, expected)
    got, right = decode(seen.value), decode(expected.value)
    return difference(got, right, **_tolerance(expected)) is None


def _nearly(seen: Observation, known: Observation, expected: Observation) -> bool:
    """Whether two wrong values are nearly the same, and nearer to each other than to the right one.

    Two that are both off by a trifle have nothing else in common.
    """
    if seen.error or known.error:
        return _same_error(seen, known) and _says_the_same(seen.error, known.error)
    got, other = decode(seen.value), decode(known.value)
    if difference(got, other) is None:
        return True
    right = None if expected.error else decode(expected.value)
    return difference(got, other, LOOSE) is None and difference(other, right, LOOSE) is not None


def _same_error(a: Observation, b: Observation) -> bool:
    return (a.error or {}).get("kind") == (b.error or {}).get("kind")


OF_ONE_CALL = re.compile(r"'[^']*'|[\W\d]+")  # names, numbers and signs in a message


def _says_the_same(a: dict[str, Any], b: dict[str, Any]) -> bool:
    """Whether two errors of one kind have the same words; a text that is lost may be any."""
    texts = (BY_ZERO.sub("division by zero", error.get("message", "")) for error in (a, b))
    said, other = (OF_ONE_CALL.sub(" ", text).strip() for text in texts)
    return said == other or not said or not other


def _tells(seen: Observation) -> bool:
    """Whether the value says something: not an error, None, or what could not be judged."""
    value = None if seen.error else decode(seen.value)
    return value is not None and not isinstance(value, Unjudgeable)
