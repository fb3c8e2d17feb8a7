"""What can be wrong with a single cell of a solution notebook, whatever question it belongs to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course_utils.authoring.source import Cell

KINDS = {
    **dict.fromkeys(("setup", "given", "answer", "check", "show"), "code"),
    **dict.fromkeys(("probes", "misconception", "alternative"), "code"),
    **dict.fromkeys(("question", "hint", "explanation"), "markdown"),
    "teacher": "",  # either
}
SPELLED = {"code": "a code cell", "markdown": "a Markdown cell"}
BEGIN, PLANTED, END = "### BEGIN SOLUTION", "### PLANTED BUG", "### END SOLUTION"
MARKS = (BEGIN, PLANTED, END)
LIKE_A_MARK = re.compile(r"#+\s*(begin\s+solution|end\s+solution|planted\s+bug)\W*", re.IGNORECASE)


def faults(cell: Cell, notebook: str) -> Iterator[str]:
    """What is wrong with a cell of the notebook whose file is `notebook`.ipynb."""
    tags = cell.metadata.get("tags", [])
    for tag in tags:
        if tag not in KINDS:
            yield (
                f"{SPELLED.get(cell.kind, 'a cell')} with the tag {tag}, which says nothing here. "
                f"The tags are {', '.join(KINDS)}."
            )
    known = [tag for tag in tags if tag in KINDS]
    if len(known) > 1:
        yield f"has the tags {' and '.join(known)}; a cell is for one thing. Take one away."
    if cell.kind == "code" and not tags:
        yield (
            f"a code cell without a tag. Give it one of {', '.join(KINDS)}; "
            "`given` is for code that the learner may use."
        )
    meant = KINDS.get(cell.tag)
    if meant and meant != cell.kind:
        yield (
            f"the tag `{cell.tag}` is for {SPELLED[meant]}, and this is "
            f"{SPELLED.get(cell.kind, 'none')}."
        )
    yield from _mark_faults(cell)
    if cell.tag == "setup":
        yield from _setup_faults(cell, notebook)


def _mark_faults(cell: Cell) -> Iterator[str]:
    for line in map(str.strip, cell.source.splitlines()):
        if line in MARKS and cell.tag != "answer":
            yield (
                f"holds the line `{line}`. Only a cell with the tag `answer` is blanked; here the "
                "line would stay as it is."
            )
        elif line not in MARKS and cell.kind == "code" and LIKE_A_MARK.fullmatch(line):
            yield (
                f"`{line}` is none of the marks, so what stands there would not be blanked; they "
                f"are `{'`, `'.join(MARKS)}`."
            )


def _setup_faults(cell: Cell, notebook: str) -> Iterator[str]:
    try:
        tree = ast.parse(cell.source)
    except SyntaxError:
        return  # a line for IPython, or a mistake that shows when the notebook is run
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "exercise":
            named = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            if named and named[0] != notebook:
                yield (
                    f"opens the exercise {named[0]!r}, and this notebook is {notebook}: its checks "
                    f'would judge by another\'s data. Write `exercise("{notebook}")`.'
                )
