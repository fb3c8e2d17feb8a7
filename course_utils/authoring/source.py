"""Read a solution notebook: its cells, by their tags, as drafts of questions."""

from __future__ import annotations

import argparse
import ast
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course_utils.authoring.cell_form import BEGIN, END, KINDS, MARKS, PLANTED, faults
from course_utils.authoring.refusals import AuthoringError, Refusals
from course_utils.checking.data.question import USUAL_SECONDS
from course_utils.checking.judging.rules import RULES

TAGS = tuple(KINDS)
PROOF_TAGS = ("probes", "misconception", "alternative")
HEADER = re.compile(r"^#{2,4}\s+(?P<number>\d+\.\d+)\s+(?P<rest>.*)$")
BLANK = "...  # your code here"
HEADING = "### 3.1 `dense_forward` · 2 points · 8 min · ★☆☆"


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
    allowed: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

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


def read(path: Path, refusals: Refusals | None = None) -> Solution:
    """Read a solution notebook. Raises AuthoringError when its form isn't that of one.

    With `refusals`, what is wrong with single cells and questions is written down there instead,
    and the solution holds the questions that can be read.
    """
    found = Refusals() if refusals is None else refusals
    notebook = _notebook(path)
    cells = tuple(_cell(i, cell) for i, cell in enumerate(notebook["cells"], start=1))
    for cell in cells:
        found.add(*(f"{path.name}, {cell}: {fault}" for fault in faults(cell, path.stem)))
    title = next(
        (
            line[2:].strip()
            for c in cells
            for line in c.source.splitlines()
            if line.startswith("# ")
        ),
        path.stem,
    )
    groups = _groups(path.name, cells, found)
    questions = []
    for group in groups:
        with found.collect():
            questions.append(_draft(path.name, group))
    if not groups:
        found.add(
            f"{path.name}: there is no question in it. One begins with a Markdown cell whose first "
            f"line is a heading such as `{HEADING}`."
        )
    found.add(*_doubles(path.name, questions))
    if refusals is None:
        found.stop()
    return Solution(path.stem, title, cells, tuple(questions), notebook.get("metadata", {}))


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


def _groups(notebook: str, cells: tuple[Cell, ...], found: Refusals) -> list[list[Cell]]:
    groups: list[list[Cell]] = []
    for cell in cells:
        if cell.tag == "question":
            groups.append([cell])
        elif groups and cell.tag and cell.tag not in ("given", "teacher", "show", "setup"):
            groups[-1].append(cell)
        elif cell.tag in ("answer", "check", "hint", "explanation", *PROOF_TAGS):
            found.add(
                f"{notebook}, {cell}: stands before any question. A question begins with a "
                f"Markdown heading such as `{HEADING}`."
            )
    return groups


def _draft(notebook: str, group: list[Cell]) -> Draft:
    prompt = group[0]
    heading = HEADER.match(prompt.source.partition("\n")[0])
    if heading is None:
        raise AuthoringError(
            f"{notebook}, {prompt}: the first line must be a heading with a number and the names, "
            f"such as `{HEADING}`."
        )
    rest = heading["rest"]
    names = tuple(re.findall(r"`([A-Za-z_]\w*)`", rest))
    if not names:
        raise AuthoringError(
            f"{notebook}, {prompt}: write the names that the learner defines in backticks, as in "
            f"`{HEADING}`."
        )
    where = f"{notebook}, `{names[0]}`"
    refusals = Refusals()
    refusals.add(*_faults(where, group, names))
    refusals.stop()
    probes, answer, check = (_of(group, tag)[0] for tag in ("probes", "answer", "check"))
    options = _options(where, probes)
    if tuple(options.names) != names:
        raise AuthoringError(
            f"{where}, {probes}: its first line names {', '.join(options.names)}; it should begin "
            f"with `%%probes {' '.join(names)}`, the names of the heading."
        )
    points = re.search(r"(\d+(?:\.\d+)?)\s*points?\b", rest)
    minutes = re.search(r"(\d+)\s*min\b", rest)
    return Draft(
        number=heading["number"],
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
        allowed=tuple(options.allow),
        rules=tuple(options.rules),
    )


def _of(group: list[Cell], tag: str) -> list[Cell]:
    return [cell for cell in group if cell.tag == tag]


def _faults(where: str, group: list[Cell], names: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with the cells of a question, apart from the options of its probes."""
    for tag in ("probes", "answer", "check"):
        found = _of(group, tag)
        if len(found) != 1:
            yield (
                f"{where}: a question has one cell with the tag `{tag}`, here are {len(found)}"
                f"{''.join(f', {cell}' for cell in found)}."
            )
    for cell in group:
        if cell.tag == "answer":
            yield from _wrong_marks(where, cell)
        if cell.tag == "check":
            yield from _other_name(where, cell, f"check({names[0]}")
        if cell.tag in PROOF_TAGS:
            yield from _other_name(where, cell, f"%%{cell.tag} {names[0]}")
        if cell.tag in ("misconception", "alternative"):
            yield from _undefined(where, cell, names)


def _wrong_marks(where: str, answer: Cell) -> Iterator[str]:
    lines = [line.strip() for line in answer.source.splitlines()]
    marks = [line for line in lines if line in MARKS]
    spelled = " ".join(marks).replace(f"{BEGIN} {PLANTED} {END}", f"{BEGIN} {END}")
    if spelled != " ".join([BEGIN, END] * spelled.count(BEGIN)):
        yield (
            f"{where}, {answer}: every `{BEGIN}` needs an `{END}` below it, and nothing else "
            f"between the two but one `{PLANTED}`; here they come as {', '.join(marks)}."
        )


def _other_name(where: str, cell: Cell, beginning: str) -> Iterator[str]:
    first = cell.source.partition("\n")[0]
    if not re.match(re.escape(beginning) + r"\b", first):
        yield (
            f"{where}, {cell}: its first line is `{first}`; it should begin with `{beginning}"
            f"{')' if '(' in beginning else ''}`."
        )


def _undefined(where: str, cell: Cell, names: tuple[str, ...]) -> Iterator[str]:
    try:
        tree = ast.parse(cell.body)
    except SyntaxError as error:
        yield f"{where}, {cell}: line {(error.lineno or 0) + 1} isn't Python ({error.msg})."
        return
    defined = {getattr(node, "name", getattr(node, "id", "")) for node in ast.walk(tree)}
    if not defined & set(names):
        yield (
            f"{where}, {cell}: doesn't define `{names[0]}`, so the right answer would stand in "
            f"its place. Write `{names[0]}` as a whole, with the change in it."
        )


def probe_options() -> argparse.ArgumentParser:
    """What may stand after `%%probes`: the names, and the options."""
    parser = argparse.ArgumentParser("%%probes", add_help=False, exit_on_error=False)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seconds", type=float, default=USUAL_SECONDS)
    parser.add_argument("--forbid", nargs="*", default=[])
    parser.add_argument("--allow", nargs="*", default=[])
    parser.add_argument("--rules", nargs="*", default=[], choices=RULES)
    return parser


def _options(where: str, probes: Cell) -> argparse.Namespace:
    try:
        options, unknown = probe_options().parse_known_args(probes.options)
    except argparse.ArgumentError as error:
        raise AuthoringError(f"{where}, {probes}: {error}.") from None
    if unknown:
        raise AuthoringError(f"{where}, {probes}: unknown option {unknown[0]}.")
    return options


def _doubles(notebook: str, questions: list[Draft]) -> Iterator[str]:
    seen: dict[str, Draft] = {}
    answers: dict[str, Cell] = {}
    for question in questions:
        first = answers.setdefault(question.answer.id, question.answer)
        if first is not question.answer:
            yield (
                f"{notebook}, {question.answer}: has the id of {first}, by which answers are found "
                f"when they are graded. Give it another: `course text` does, if you delete its "
                "line `:id:` from the text."
            )
        for name in question.names:
            if name in seen:
                yield (
                    f"{notebook}: `{name}` is asked twice, in {seen[name].prompt} and "
                    f"{question.prompt}. Each question needs names of its own."
                )
            seen[name] = question
