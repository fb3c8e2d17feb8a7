"""The mutation report as text for the terminal: a table, then each survivor with its change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from rich.table import Table
from rich.text import Text

from course_utils.authoring.report import QuestionReport


def table(reports: list[QuestionReport]) -> Table:
    """One row for each exercise, and below it one for each of its questions."""
    made = Table("question", box=None, pad_edge=False, header_style="bold")
    for heading in ("mutants", "caught", "explained", "equivalent", "survived"):
        made.add_column(heading, justify="right")
    for name, group in groupby(reports, key=lambda r: r.exercise):
        rows = list(group)
        made.add_row(name, *map(str, _numbers(rows)), style="bold")
        for r in rows:
            style = "red" if r.survivors else ""
            made.add_row(f"  {r.question}", *map(str, _numbers([r])), style=style)
    return made


def remarks(reports: list[QuestionReport]) -> Iterator[Text]:
    """What follows the table: declared equivalents, needless declarations, survivors."""
    for r in reports:
        name = f"{r.exercise}, `{r.question}`"
        for declared, count in Counter(declared for _, declared in r.equivalent).items():
            often = f" ({count} mutants)" if count > 1 else ""
            yield Text(f"= {name}: {declared}{often}, because {declared.why}")
        for declared in r.needless:
            yield Text(
                f"! {name}: `{declared}` is declared equivalent, and no accepted mutant is like "
                "that; remove the line, or copy it anew from a report.",
                "yellow",
            )
        for mutant in r.survivors:
            yield Text("\n".join([f"✗ {name}: a changed solution passes every probe", *(
                f"    {line}" for line in mutant.diff
            )]), "red")  # fmt: skip
            yield Text(
                "  Add a probe on which the two differ. If there can't be one, say why in the "
                f"probes cell:\n    # equivalent: {mutant.old} -> {mutant.new}, because ..."
            )


def _numbers(reports: list[QuestionReport]) -> tuple[int, ...]:
    return (
        sum(r.count for r in reports),
        sum(r.caught for r in reports),
        sum(r.explained for r in reports),
        sum(len(r.equivalent) for r in reports),
        sum(len(r.survivors) for r in reports),
    )
