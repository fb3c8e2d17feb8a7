"""A notebook as text, MyST Markdown, and back: what a reviewer reads, with cell ids and tags."""

from __future__ import annotations

import json
import re
from typing import Any

import jupytext
import nbformat
from nbformat import NotebookNode

from course_utils.authoring.source import HEADER, TAGS, AuthoringError

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
# Without jupytext's version, so that a newer one changes no file.
FRONT = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""
FORMAT = {"extension": ".md", "format_name": "myst"}
CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )", re.MULTILINE)
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# What JupyterLab writes by itself: it says nothing about the cell.
IDLE = {"tags": [], "editable": True, "slideshow": {"slide_type": ""}, "jupyter": {}}
PASSING = ("execution", "ExecuteTime", "trusted", "collapsed", "scrolled")


def to_text(notebook: NotebookNode) -> str:
    """The text of a notebook, without its outputs. Raises AuthoringError if text can't hold it."""
    bare = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL})
    for cell in content(notebook):
        made = NotebookNode(
            cell_type=cell["kind"], source=cell["source"],
            metadata={**cell["metadata"], "id": cell["id"]},
        )  # fmt: skip
        if cell["kind"] == "code":
            made |= {"outputs": [], "execution_count": None}
        bare.cells.append(made)
    _, _, body = jupytext.writes(bare, fmt=FORMAT).partition("\n---\n")
    text = FRONT + body
    _refuse_changed(content(notebook), content(from_text(text)))
    return text


def from_text(text: str) -> NotebookNode:
    """The notebook of a text, without outputs; a cell that has no id, or another's, gets one.

    Raises AuthoringError for what is no text of a notebook.
    """
    if found := CONFLICT.search(text):
        line = text[: found.start()].count("\n") + 1
        raise AuthoringError(
            f"line {line} holds a mark of a merge, `{found[0].strip()}`. Decide which lines stay, "
            "take the marks out, and run this again."
        )
    try:
        read = jupytext.reads(text, fmt=FORMAT)
    except Exception as error:  # the parser's own, of several kinds
        raise AuthoringError(f"can't be read as MyST Markdown: {error}") from None
    notebook = nbformat.v4.new_notebook(metadata=standard_metadata())
    ids = _ids(read.cells)
    for cell, name in zip(read.cells, ids, strict=True):
        cell.metadata.pop("id", None)
        make = getattr(nbformat.v4, f"new_{cell.cell_type}_cell")
        notebook.cells.append(make(cell.source, id=name, metadata=cell.metadata))
    return notebook


def standard_metadata() -> dict[str, Any]:
    """The metadata of every notebook of the course, whichever kernel an author had."""
    return {"kernelspec": dict(KERNEL), "language_info": {"name": "python"}}


def content(notebook: NotebookNode) -> list[dict[str, Any]]:
    """What counts of each cell: kind, id, source and metadata; no outputs, no traces of a run."""
    return [
        {
            "kind": cell.cell_type,
            "id": cell.get("id", ""),
            "source": re.sub(r"\A(?:[ \t]*\n)+", "", cell.source).rstrip(),
            "metadata": _meant(cell.metadata),
        }
        for cell in notebook.cells
    ]


def _meant(metadata: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in metadata.items() if key not in PASSING}
    kept = {key: value for key, value in kept.items() if IDLE.get(key, ...) != value}
    return json.loads(json.dumps(kept))


def _refuse_changed(cells: list[dict], back: list[dict]) -> None:
    for place, cell in enumerate(cells):
        if place >= len(back) or back[place] != cell:
            raise AuthoringError(
                f"cell {place + 1} ({cell['id']}) would come back from the text as something else. "
                "A line `+++`, or one that opens a directive of MyST outside of a code block, "
                "stands in the way: write it differently."
            )
    if len(back) != len(cells):
        raise AuthoringError(f"{len(cells)} cells would come back from the text as {len(back)}.")


def _ids(cells: list[NotebookNode]) -> list[str]:
    """An id for every cell: its own, or a new one that says where it stands and what it is."""
    given = [cell.metadata.get("id", "") for cell in cells]
    for place, name in enumerate(given, start=1):
        if name and not ID.fullmatch(str(name)):
            raise AuthoringError(
                f"cell {place}: the id {name!r} is none; letters, digits, - and _ make one, up to "
                "64. Leave the line out, and the cell gets an id."
            )
    taken, found, section = set(given), [], "top"
    seen: set[str] = set()
    for cell, name in zip(cells, given, strict=True):
        section = _section(cell) or section
        if not name or name in seen:
            name = _free(f"{section}-{_what(cell)}", taken)
        seen.add(name)
        taken.add(name)
        found.append(name)
    return found


def _section(cell: NotebookNode) -> str:
    """The name of the section that a Markdown cell opens; of a question, the name it asks for."""
    first = cell.source.partition("\n")[0]
    if cell.cell_type != "markdown" or not first.startswith("##"):
        return ""
    named = HEADER.match(first) and re.search(r"`(\w+)`", first)
    words = named[1] if named else first.lower()
    return "-".join(re.findall(r"[A-Za-z0-9]+", words)[:4])[:40]


def _what(cell: NotebookNode) -> str:
    tag = next((tag for tag in cell.metadata.get("tags", []) if tag in TAGS), "")
    if not tag and cell.cell_type == "markdown" and HEADER.match(cell.source.partition("\n")[0]):
        return "question"
    return tag or {"markdown": "text"}.get(cell.cell_type, cell.cell_type)


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free
