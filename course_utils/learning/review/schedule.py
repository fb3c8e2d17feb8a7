"""When an old question is due again: Leitner's boxes. Dates in, what is due out.

A right answer moves a question one box up, a wrong one back into the first, and each box waits
longer than the one before (S. Leitner, So lernt man lernen, 1972). The waits double. That a review
is worth more after a pause that grows: N. J. Cepeda et al., Distributed practice in verbal recall
tasks, Psychological Bulletin 132, 2006.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

DAYS = (1, 2, 4, 8, 16, 32, 64)  # how long each box waits
KNOWN = 2  # from this box on, hints that were needed in the lesson's exercise say nothing any more
WRONG, HINTS, LONG_AGO = "wrong", "hints", "long ago"


@dataclass(frozen=True)
class Box:
    """Where a question is. `wrong`: the last answer that counted was."""

    box: int
    last: date
    wrong: bool = False

    @property
    def due(self) -> date:
        return self.last + timedelta(days=DAYS[self.box])


@dataclass(frozen=True)
class Old:
    """A question that was met in a lesson. name: who asks for it.

    helped: by hints, in its exercise; alone: it can be understood without the lesson around it.
    """

    name: str
    lesson: str
    box: Box
    helped: bool = False
    alone: bool = False

    @property
    def reason(self) -> str:
        """Why it is asked: one of WRONG, HINTS and LONG_AGO."""
        if self.box.wrong:
            return WRONG
        return HINTS if self.helped and self.box.box < KNOWN else LONG_AGO


def box_of(tries: Iterable[tuple[date, bool]], met: date) -> Box:
    """The box of a question: tries are its answers, each with whether it was right, in any order.

    met: when it was first seen, if it was never answered. Of each day the first answer counts:
    whoever tries again has just read the explanation. A right answer before the question is due
    leaves it where it is.
    """
    place = None
    for day, right in _first_of_each_day(tries):
        if place is None:
            place = Box(1 if right else 0, day, not right)
        elif not right:
            place = Box(0, day, True)
        elif day >= place.due:
            place = Box(min(place.box + 1, len(DAYS) - 1), day)
    return place or Box(0, met)


def _first_of_each_day(tries: Iterable[tuple[date, bool]]) -> list[tuple[date, bool]]:
    first: dict[date, bool] = {}
    for day, right in tries:
        first.setdefault(day, right)
    return sorted(first.items())


def choose(old: Iterable[Old], today: date, most: int, before: Iterable[str] = ()) -> list[Old]:
    """The questions that are due, at most so many, each lesson once before any twice.

    First what was wrong, then what belongs to an exercise that needed hints, then the rest; of
    these first what stands alone, and what is late for the largest part of its wait.

    before: the lessons of what was asked already today.
    """
    due = sorted(
        (each for each in old if each.box.due <= today), key=lambda each: _urgency(each, today)
    )
    seen, turns = Counter(before), []
    for each in due:
        turns.append(seen[each.lesson])
        seen[each.lesson] += 1
    order = sorted(range(len(due)), key=lambda i: turns[i])
    return [due[i] for i in order[:most]]


def _urgency(each: Old, today: date) -> tuple[int, bool, float, str]:
    late = (today - each.box.due).days / DAYS[each.box.box]
    return (WRONG, HINTS, LONG_AGO).index(each.reason), not each.alone, -late, each.name
