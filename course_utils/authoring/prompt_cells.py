"""What can be wrong with the predictions, quizzes and other prompts of a notebook, unrun."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nbformat import NotebookNode

from course_utils.authoring.refusals import AuthoringError
from course_utils.learning.prompts.notation import NotationError, Prompt, is_prompt, read_cell

HIDDEN = '`"jupyter": {"outputs_hidden": true}`'


def refuse_prompts(notebook: NotebookNode) -> None:
    """Raise an AuthoringError with all that is wrong with a notebook's prompts."""
    if messages := tuple(prompt_faults(notebook)):
        raise AuthoringError(*messages)


def prompt_faults(notebook: NotebookNode) -> Iterator[str]:
    """Sentences, each with the cell that it is about."""
    seen: dict[str, int] = {}
    asked: dict[str, tuple[int, NotebookNode]] = {}  # predictions, by name
    compared: set[str] = set()
    waiting: list[str] = []  # predictions that no cell has answered yet
    for place, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code":
            continue
        if is_prompt(cell.source):
            try:
                prompt = read_cell(cell.source)
            except NotationError as error:
                yield f"{_where(place, cell)}: {error}."
                continue
            yield from _form_faults(place, cell, prompt)
            key = f"{prompt.kind} {prompt.name}"
            if key in seen:
                yield f"{_where(place, cell)}: `{key}` is asked in cell {seen[key]} already."
            seen[key] = place
            if prompt.kind == "predict":
                asked[prompt.name] = (place, cell)
                waiting.append(prompt.name)
            continue
        hidden = cell.metadata.get("jupyter", {}).get("outputs_hidden") is True
        names = _compared(cell.source)
        if waiting and not hidden:
            yield (
                f"{_where(place, cell)}: stands below the prediction `{waiting[-1]}` and shows its "
                f"result before it is run. Give it {HIDDEN}."
            )
        elif names and not hidden:
            yield f"{_where(place, cell)}: compares and is not hidden. Give it {HIDDEN}."
        for name in names:
            if name not in asked:
                yield (
                    f"{_where(place, cell)}: compares {name!r}, which no cell above asks with "
                    f"`%%predict {name}`."
                )
            compared.add(name)
        waiting = [name for name in waiting if name not in compared]
    for name in waiting:
        yield (
            f"{_where(*asked[name])}: no cell below holds `compare({name!r}, ...)`, which "
            "shows the result beside the prediction."
        )


def _form_faults(place: int, cell: NotebookNode, prompt: Prompt) -> Iterator[str]:
    if prompt.kind not in cell.metadata.get("tags", []):
        yield f"{_where(place, cell)}: needs the tag `{prompt.kind}`."
    if cell.metadata.get("jupyter", {}).get("source_hidden") is not True:
        yield (
            f"{_where(place, cell)}: shows its notation to the reader. Give it "
            '`"jupyter": {"source_hidden": true}`.'
        )


def _compared(source: str) -> list[str]:
    """The names in `compare("name", value)`, in the order of the code."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []  # a line for IPython, or a mistake that shows when the cell is run
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [
        call.args[0].value
        for call in calls
        if getattr(call.func, "id", "") == "compare"
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    ]


def _where(place: int, cell: NotebookNode) -> str:
    return f"cell {place} ({cell.get('id', '')})"
