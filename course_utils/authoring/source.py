"""Read a solution notebook: its cells, by their tags, as drafts of questions."""

from __future__ import annotations

import argparse
import ast
import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course_utils.checking.question import USUAL_SECONDS

TAGS = (
    "setup", "given", "question", "answer", "check", "hint", "explanation",
    "probes", "misconception", "alternative", "teacher", "show",
)  # fmt: skip
PROOF_TAGS = ("probes", "misconception", "alternative")
HEADER = re.compile(r"^#{2,4}\s+(?P<number>\d+\.\d+)\s+(?P<rest>.*)$")
BEGIN, PLANTED, END = "### BEGIN SOLUTION", "### PLANTED BUG", "### END SOLUTION"
BLANK = "...  # your code here"
HEADING = "### 3.1 `dense_forward` · 2 points · 8 min · ★☆☆"


class AuthoringError(Exception):
    """A solution notebook that can't be built; the message names question, cell and what to do."""


@dataclass(frozen=True)
class Cell:
    """One cell: its place counted from 1, type, id, tag ("" if none of ours) and source."""

    place: int
    kind: str
    id: str
    tag: str
    source: str
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> str:
        """The source without the cell magic of its first line."""
        first, _, rest = self.source.partition("\n")
        return rest if first.startswith("%%") else self.source

    @property
    def options(self) -> list[str]:
        """The words after the cell magic, such as a name and `--seconds 20`."""
        first = self.source.partition("\n")[0]
        return shlex.split(first)[1:] if first.startswith("%%") else []

    def __str__(self) -> str:
        return f"cell {self.place} ({self.tag or self.kind})"


@dataclass(frozen=True)
class Draft:
    """One question as its cells say it, before anything is run."""

    number: str
    names: tuple[str, ...]
    points: float | None
    minutes: int | None
    difficulty: int
    prompt: Cell
    answer: Cell
    check: Cell
    hints: tuple[Cell, ...]
    explanation: str
    probes: Cell
    misconceptions: tuple[Cell, ...]
    alternatives: tuple[Cell, ...]
    seconds: float
    forbidden: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.names[0]

    @property
    def starter(self) -> str:
        return blank(self.answer.source, self.names)


@dataclass(frozen=True)
class Solution:
    """A solution notebook, read: its cells in order and its questions."""

    name: str
    title: str
    cells: tuple[Cell, ...]
    questions: tuple[Draft, ...]
    metadata: dict[str, Any]

    @property
    def given(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.tag == "given")


def read(path: Path) -> Solution:
    """Read a solution notebook. Raises AuthoringError when its form isn't that of one."""
    notebook = _notebook(path)
    cells = tuple(_cell(i, cell) for i, cell in enumerate(notebook["cells"], start=1))
    for cell in cells:
        if cell.kind == "code" and not cell.tag:
            tags = ", ".join(cell.metadata.get("tags", []))
            came = f"a code cell with the tag {tags}" if tags else "a code cell without a tag"
            raise AuthoringError(
                f"{path.name}, cell {cell.place}: {came}. Give it one of {', '.join(TAGS)}; "
                "`given` is for code that the learner may use."
            )
    title = next(
        (
            line[2:].strip()
            for c in cells
            for line in c.source.splitlines()
            if line.startswith("# ")
        ),
        path.stem,
    )
    groups = _groups(path.name, cells)
    questions = tuple(_draft(path.name, group) for group in groups)
    if not questions:
        raise AuthoringError(
            f"{path.name}: there is no question in it. One begins with a Markdown cell whose first "
            f"line is a heading such as `{HEADING}`."
        )
    _refuse_doubles(path.name, questions)
    return Solution(path.stem, title, cells, questions, notebook.get("metadata", {}))


def blank(source: str, names: tuple[str, ...] = ()) -> str:
    """The learner's starter: every solution block becomes one line, in the block's indentation.

    A block that assigns some of the `names` at the top level leaves `name = ...` for each. A block
    with a planted bug, written as comments below `### PLANTED BUG`, leaves that code instead.
    """
    kept: list[str] = []
    block: list[str] | None = None
    for line in source.splitlines():
        if line.strip() == BEGIN:
            block = []
            indentation = line[: len(line) - len(line.lstrip())]
        elif line.strip() == END and block is not None:
            kept += _planted(block) or _blanks(block, indentation, names)
            block = None
        elif block is not None:
            block.append(line)
        else:
            kept.append(line)
    return "\n".join(kept)


def _blanks(block: list[str], indentation: str, names: tuple[str, ...]) -> list[str]:
    assigned = [] if indentation else _assigned(block, names)
    return [f"{name} = {BLANK}" for name in assigned] or [indentation + BLANK]


def _planted(block: list[str]) -> list[str]:
    """The lines below the mark of a planted bug, no longer comments; none without the mark."""
    marks = [i for i, line in enumerate(block) if line.strip() == PLANTED]
    below = block[marks[0] + 1 :] if marks else []
    return [re.sub(r"^(\s*)# ?", r"\1", line) for line in below]


def _assigned(block: list[str], names: tuple[str, ...]) -> list[str]:
    try:
        tree = ast.parse("\n".join(block))
    except SyntaxError:
        return []
    nodes = [node for statement in tree.body for node in ast.walk(statement)]
    stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return [name for name in names if name in stored]


def without_markers(source: str) -> str:
    """The answer as shown to a learner: without the marks of the blanks, and without a bug."""
    kept, hidden = [], False
    for line in source.splitlines():
        mark = line.strip()
        hidden = mark == PLANTED or (hidden and mark != END)
        if not hidden and mark not in (BEGIN, END):
            kept.append(line)
    return "\n".join(kept)


def message_and_code(cell: Cell) -> tuple[str, str]:
    """A misconception's message (its docstring, in one paragraph) and its wrong code."""
    tree = ast.parse(cell.body)
    message = ast.get_docstring(tree)
    if not message:
        raise AuthoringError(
            f"{cell}: begin with a docstring, the message for whoever makes this mistake; then "
            "the wrong code."
        )
    end = tree.body[0].end_lineno or 1
    return " ".join(message.split()), "\n".join(cell.body.splitlines()[end:])


def _notebook(path: Path) -> dict[str, Any]:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        raise AuthoringError(f"{path.name}: can't be read ({error}).") from None
    except ValueError as error:
        raise AuthoringError(
            f"{path.name}: is not a notebook, its content isn't JSON ({error}). Open it in "
            "JupyterLab and save it again, or take it back from version control."
        ) from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    whole = isinstance(cells, list) and all(
        isinstance(cell, dict) and "cell_type" in cell and "source" in cell for cell in cells
    )
    if not whole:
        raise AuthoringError(f"{path.name}: is JSON, but not a notebook with a list of cells.")
    return notebook


def _cell(place: int, cell: dict) -> Cell:
    source = cell["source"]
    source = "".join(source) if isinstance(source, list) else source
    metadata = cell.get("metadata", {})
    tag = next((tag for tag in metadata.get("tags", []) if tag in TAGS), "")
    if cell["cell_type"] == "markdown" and HEADER.match(source.partition("\n")[0]):
        tag = tag or "question"
    return Cell(place, cell["cell_type"], cell.get("id", f"cell-{place}"), tag, source, metadata)


def _groups(notebook: str, cells: tuple[Cell, ...]) -> list[list[Cell]]:
    groups: list[list[Cell]] = []
    for cell in cells:
        if cell.tag == "question":
            groups.append([cell])
        elif groups and cell.tag and cell.tag not in ("given", "teacher", "show", "setup"):
            groups[-1].append(cell)
        elif cell.tag in ("answer", "check", "hint", "explanation", *PROOF_TAGS):
            raise AuthoringError(
                f"{notebook}, {cell}: stands before any question. A question begins with a "
                f"Markdown heading such as `{HEADING}`."
            )
    return groups


def _draft(notebook: str, group: list[Cell]) -> Draft:
    prompt = group[0]
    found = HEADER.match(prompt.source.splitlines()[0])
    if found is None:
        raise AuthoringError(
            f"{notebook}, {prompt}: the first line must be a heading with a number and the names, "
            f"such as `{HEADING}`."
        )
    rest = found["rest"]
    names = tuple(re.findall(r"`([A-Za-z_]\w*)`", rest))
    if not names:
        raise AuthoringError(
            f"{notebook}, {prompt}: write the names that the learner defines in backticks, as in "
            f"`{HEADING}`."
        )
    where = f"{notebook}, `{names[0]}`"
    probes = _only(where, group, "probes")
    answer, check = _only(where, group, "answer"), _only(where, group, "check")
    _refuse_markers(where, answer)
    _refuse_other_name(where, check, f"check({names[0]}")
    for cell in group:
        if cell.tag in PROOF_TAGS:
            _refuse_other_name(where, cell, f"%%{cell.tag} {names[0]}")
        if cell.tag in ("misconception", "alternative"):
            _refuse_undefined(where, cell, names)
    options = _options(where, probes)
    if tuple(options.names) != names:
        raise AuthoringError(
            f"{where}, {probes}: its first line names {', '.join(options.names)}; it should begin "
            f"with `%%probes {' '.join(names)}`, the names of the heading."
        )
    points = re.search(r"(\d+(?:\.\d+)?)\s*points?\b", rest)
    minutes = re.search(r"(\d+)\s*min\b", rest)
    return Draft(
        number=found["number"],
        names=names,
        points=float(points[1]) if points else None,
        minutes=int(minutes[1]) if minutes else None,
        difficulty=rest.count("★"),
        prompt=prompt,
        answer=answer,
        check=check,
        hints=tuple(c for c in group if c.tag == "hint"),
        explanation="\n\n".join(c.source for c in group if c.tag == "explanation"),
        probes=probes,
        misconceptions=tuple(c for c in group if c.tag == "misconception"),
        alternatives=tuple(c for c in group if c.tag == "alternative"),
        seconds=options.seconds,
        forbidden=tuple(options.forbid),
    )


def _only(where: str, group: list[Cell], tag: str) -> Cell:
    found = [cell for cell in group if cell.tag == tag]
    if len(found) != 1:
        raise AuthoringError(
            f"{where}: a question has one cell with the tag `{tag}`, here are {len(found)}"
            f"{''.join(f', {cell}' for cell in found)}."
        )
    return found[0]


def _refuse_markers(where: str, answer: Cell) -> None:
    marks = [line.strip() for line in answer.source.splitlines() if line.strip() in (BEGIN, END)]
    if marks != [BEGIN, END] * (len(marks) // 2):
        raise AuthoringError(
            f"{where}, {answer}: every `{BEGIN}` needs an `{END}` below it, and nothing else "
            f"between the two; here they come as {', '.join(marks)}."
        )


def _refuse_other_name(where: str, cell: Cell, beginning: str) -> None:
    first = cell.source.partition("\n")[0]
    if not re.match(re.escape(beginning) + r"\b", first):
        raise AuthoringError(
            f"{where}, {cell}: its first line is `{first}`; it should begin with `{beginning}"
            f"{')' if '(' in beginning else ''}`."
        )


def _refuse_undefined(where: str, cell: Cell, names: tuple[str, ...]) -> None:
    try:
        tree = ast.parse(cell.body)
    except SyntaxError as error:
        raise AuthoringError(
            f"{where}, {cell}: line {(error.lineno or 0) + 1} isn't Python ({error.msg})."
        ) from None
    defined = {getattr(node, "name", getattr(node, "id", "")) for node in ast.walk(tree)}
    if not defined & set(names):
        raise AuthoringError(
            f"{where}, {cell}: doesn't define `{names[0]}`, so the right answer would stand in "
            f"its place. Write `{names[0]}` as a whole, with the change in it."
        )


def probe_options() -> argparse.ArgumentParser:
    """What may stand after `%%probes`: the names, `--seconds`, `--forbid MODULE ...`."""
    parser = argparse.ArgumentParser("%%probes", add_help=False, exit_on_error=False)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seconds", type=float, default=USUAL_SECONDS)
    parser.add_argument("--forbid", nargs="*", default=[])
    return parser


def _options(where: str, probes: Cell) -> argparse.Namespace:
    try:
        options, unknown = probe_options().parse_known_args(probes.options)
    except argparse.ArgumentError as error:
        raise AuthoringError(f"{where}, {probes}: {error}.") from None
    if unknown:
        raise AuthoringError(f"{where}, {probes}: unknown option {unknown[0]}.")
    return options


def _refuse_doubles(notebook: str, questions: tuple[Draft, ...]) -> None:
    seen: dict[str, Draft] = {}
    for question in questions:
        for name in question.names:
            if name in seen:
                raise AuthoringError(
                    f"{notebook}: `{name}` is asked twice, in {seen[name].prompt} and "
                    f"{question.prompt}. Each question needs names of its own."
                )
            seen[name] = question
