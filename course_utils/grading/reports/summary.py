"""For the teacher, in the terminal: the marks' distribution, what went wrong, what was odd."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rich.console import Group
from rich.table import Table
from rich.text import Text

from course_utils.checking.data.question import Exercise
from course_utils.checking.data.verdict import CORRECT, INCORRECT
from course_utils.grading.marking.mark import Result
from course_utils.grading.reports.text import one_line, plain

SHOWN_ODDITIES = 20
SHOWN_MISTAKES = 3
MAX_ODDITY = 400
COPYABLE = "*"


class Tally:
    """Counts results one by one, so that no result has to be kept."""

    def __init__(self, exercise: Exercise, fixed: tuple[str, ...] = ()) -> None:
        self.count = 0
        self._fixed = {*fixed} & {q.name for q in exercise.questions}
        self._uncounted = {q.name for q in exercise.questions if not q.points}
        self._notes: list[str] = []
        self.tiers: Counter[str] = Counter()
        self._points = 0.0
        self._best = exercise.max_score
        self._tenths: Counter[int] = Counter()
        self._kinds = {q.name: Counter() for q in exercise.questions}
        self._mistakes = {q.name: Counter() for q in exercise.questions}
        self._odd: list[str] = []
        self._odd_count = 0

    def add(self, result: Result) -> None:
        self.count += 1
        self.tiers[result.sandbox] += 1
        self._points += result.score
        self._tenths[min(int(10 * result.score / (result.max_score or 1)), 9)] += 1
        for mark in result.marks:
            self._kinds[mark.name][mark.verdict.kind] += 1
            if mark.verdict.kind == INCORRECT:
                self._mistakes[mark.name][plain(mark.verdict.message)] += 1
        text = result.problem or "; ".join(result.anomalies)
        self._odd_count += bool(text)
        if text and len(self._odd) < SHOWN_ODDITIES:
            self._odd.append(f"{one_line(result.submission)}: {one_line(text, MAX_ODDITY)}")

    def note(self, sentence: str) -> None:
        """Keep a sentence about the files that were written, to be said at the end."""
        self._notes.append(sentence)

    def show(self, output: Path, block: str = "█") -> Group:
        """The summary, to be printed. Words from submissions are text, whatever brackets they
        hold; to rich, `[/x]` in a plain str would be markup. block: what the bars are made of."""
        count = f"{self.count} submission{'s' * (self.count != 1)}"
        best = f"{self._best:g} point{'s' * (self._best != 1)}"
        mean = f"{self._points / max(self.count, 1):.1f} of {best} on average"
        head = f"{count}, {mean}; sandbox: {', '.join(sorted(self.tiers))}; reports in {output}"
        notes = [*self._about_fixed(), *self._oddities(), *self._notes]
        shared, odd = (map(Text, lines) for lines in (self._shared(), notes))
        return Group(Text(head), *shared, self._questions(), self._distribution(block), *odd)

    def _about_fixed(self) -> list[str]:
        """Which marks a learner may have copied out of the check data, and how to do without."""
        counted = sorted(self._fixed - self._uncounted)
        if not counted:
            return []
        return [
            "",
            f"{COPYABLE} The answer of {', '.join(counted)} is one value, which a learner can read "
            "in the check data. `--only-hidden` lets such questions count nothing.",
        ]

    def _shared(self) -> list[str]:
        """The mistakes that most learners have in common, in full; what to talk about in class."""
        every = [(n, q, text) for q, found in self._mistakes.items() for text, n in found.items()]
        most = sorted(every, key=lambda one: -one[0])[:SHOWN_MISTAKES]
        lines = [f"{n} of {self.count} in {name}: {text}" for n, name, text in most if n > 1]
        return ["", "Mistakes that learners share:", *lines, ""] if lines else []

    def _questions(self) -> Table:
        table = Table()
        for head in ("question", "right", "what went wrong most often"):
            table.add_column(head)
        for name, kinds in self._kinds.items():
            mistakes: Counter[str] = Counter()
            for text, n in self._mistakes[name].items():
                mistakes[_first_sentence(text)] += n
            often = [f"{n / self.count:.0%} {text}" for text, n in mistakes.most_common(3)]
            others = [
                f"{n / self.count:.0%} {kind}"
                for kind, n in kinds.most_common()
                if kind not in (CORRECT, INCORRECT)
            ]
            lines = "\n".join([*often, *([", ".join(others)] if others else [])])
            mark = COPYABLE * (name in self._fixed) + " (0 points)" * (name in self._uncounted)
            table.add_row(name + mark, f"{kinds[CORRECT] / self.count:.0%}", Text(lines))
        return table

    def _distribution(self, block: str) -> Table:
        """How many reached which part of the points, as bars."""
        table = Table(title="points reached", title_justify="left", box=None, show_header=False)
        most = max(self._tenths.values(), default=1)
        for tenth in range(10):
            n = self._tenths[tenth]
            bar = block * round(30 * n / most)
            table.add_row(f"{10 * tenth} to {10 * tenth + 10} %", bar, str(n or ""))
        return table

    def _oddities(self) -> list[str]:
        more = self._odd_count - len(self._odd)
        shown = [*self._odd, *([f"and {more} more; see grades.csv"] if more else [])]
        return ["", "About the files:", *shown] if shown else []


def _first_sentence(message: str) -> str:
    first = message.split(". ")[0].rstrip(".")
    return first if len(first) <= 70 else first[:69] + "…"
