"""A notebook and its text stay the same: whichever was changed is written into the other."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_utils.authoring.source import AuthoringError
from course_utils.authoring.text import content, from_text, standard_metadata, to_text
from course_utils.write_whole import write_whole

AGREED = "text"  # in the notebook's metadata: a digest of the cells when both last agreed
FOLDS = ("source_hidden", "outputs_hidden")


@dataclass(frozen=True)
class Pair:
    """A notebook, and beside it, in the folder text/, the same as text."""

    notebook: Path

    @property
    def text(self) -> Path:
        return self.notebook.parent / "text" / f"{self.notebook.stem}.md"

    @property
    def name(self) -> str:
        return f"{self.notebook.parent.name}/{self.notebook.stem}"


@dataclass(frozen=True)
class Settled:
    """What was done to make a pair agree, and how many code cells lost their outputs by it."""

    name: str
    wrote: str  # "text", "notebook", "both" or "" where all was well
    unrun: int


def pairs(root: Path) -> list[Path]:
    """The paths of all lessons and solutions, also of those that are there as text only."""
    found = []
    for folder in (root / "notebooks", root / "solutions"):
        written = [folder / f"{p.stem}.ipynb" for p in folder.glob("text/[0-9][0-9]_*.md")]
        found += sorted({*folder.glob("[0-9][0-9]_*.ipynb"), *written})
    return found


def settle(pair: Pair, source: str = "") -> Settled:
    """Make notebook and text agree; source: "text" or "notebook" where both were changed.

    Outputs stay with every code cell whose source is the same. Raises AuthoringError, and writes
    nothing, where it isn't clear which of the two is meant, or one of them can't be read.
    """
    written = _read_text(pair) if pair.text.exists() and source != "notebook" else None
    stored = _read_notebook(pair, broken_is_none=source == "text")
    if written is None and stored is None:
        raise AuthoringError(f"{pair.name}: there is neither the notebook nor its text.")
    if written is None or (stored and not source and _which(pair, stored, written) == "notebook"):
        meant = _as_is(stored, written)
    else:
        meant = _with_outputs(written, stored)
    meant.metadata = {**standard_metadata(), AGREED: digest_of(meant)}
    return _write(pair, meant)


def agree(pair: Pair) -> bool:
    """Whether text and notebook hold the same cells, written as `settle` writes them."""
    stored = _read_notebook(pair)
    return (
        stored is not None
        and pair.text.exists()
        and stored.metadata.get(AGREED) == digest_of(stored)
        and pair.text.read_text(encoding="utf-8") == to_text(stored)
    )


def digest_of(notebook: NotebookNode) -> str:
    cells = json.dumps(content(notebook), sort_keys=True)
    return hashlib.sha256(cells.encode()).hexdigest()[:16]


def _which(pair: Pair, stored: NotebookNode, written: NotebookNode) -> str:
    """Which of the two was changed since they agreed: "notebook" or "text"."""
    agreed = stored.metadata.get(AGREED)
    now = digest_of(stored), digest_of(written)
    if now[0] == now[1] or now[1] == agreed:
        return "notebook"
    if now[0] == agreed:
        return "text"
    differing = ", ".join(_differing(stored, written)[:5])
    raise AuthoringError(
        f"{pair.name}: both the notebook and its text were changed (cells {differing}). Run "
        "`course text --from text` with the name if the text is right, `--from notebook` if the "
        "notebook is; the other is overwritten."
    )


def _differing(stored: NotebookNode, written: NotebookNode) -> list[str]:
    here = {cell["id"]: cell for cell in content(stored)}
    there = {cell["id"]: cell for cell in content(written)}
    names = [n for n in {**here, **there} if here.get(n) != there.get(n)]
    return names or ["in another order"]


def _as_is(stored: NotebookNode, written: NotebookNode | None) -> NotebookNode:
    """The notebook; folds that JupyterLab opened when a cell was run are closed as in the text."""
    folded = (
        {cell.id: cell.metadata.get("jupyter", {}) for cell in written.cells} if written else {}
    )
    for cell, meant in zip(stored.cells, content(stored), strict=True):
        cell.source, cell.metadata = meant["source"], meant["metadata"]
        closed = {k: True for k in FOLDS if folded.get(cell.get("id"), {}).get(k)}
        if closed:
            cell.metadata["jupyter"] = {**cell.metadata.get("jupyter", {}), **closed}
    return stored


def _with_outputs(written: NotebookNode, stored: NotebookNode | None) -> NotebookNode:
    """The text's cells, each with the outputs that the notebook has for the same source."""
    for cell, meant in zip(written.cells, content(written), strict=True):
        cell.source, cell.metadata = meant["source"], meant["metadata"]
    known = {cell.get("id"): cell for cell in stored.cells} if stored else {}
    for cell in written.cells:
        old = known.get(cell.id)
        if cell.cell_type == "code" and old and old.cell_type == "code":
            if old.source.strip() == cell.source.strip():
                cell.outputs, cell.execution_count = old.outputs, old.execution_count
        elif cell.cell_type == "markdown" and old and "attachments" in old:
            cell.attachments = old.attachments
    return written


def _write(pair: Pair, notebook: NotebookNode) -> Settled:
    try:
        text = to_text(notebook)
    except AuthoringError as error:
        raise AuthoringError(f"{pair.notebook.name}: {error}") from None
    files = {pair.text: text, pair.notebook: notebook_bytes(notebook)}
    wrote = []
    for path, new in files.items():
        if not path.exists() or path.read_bytes() != new.encode("utf-8"):
            write_whole(path, new)
            wrote.append("text" if path == pair.text else "notebook")
    unrun = sum(c.cell_type == "code" and c.execution_count is None for c in notebook.cells)
    return Settled(pair.name, "both" if len(wrote) == 2 else "".join(wrote), unrun)


def notebook_bytes(notebook: NotebookNode) -> str:
    """A notebook as the text of its file, as Jupyter writes it."""
    return nbformat.writes(notebook, version=4) + "\n"


def _read_text(pair: Pair) -> NotebookNode:
    try:
        return from_text(pair.text.read_text(encoding="utf-8"))
    except (AuthoringError, UnicodeDecodeError) as error:
        raise AuthoringError(
            f"{pair.notebook.parent.name}/text/{pair.text.name}: {error}"
        ) from None


def _read_notebook(pair: Pair, broken_is_none: bool = False) -> NotebookNode | None:
    try:
        notebook = nbformat.read(pair.notebook, as_version=4)
    except FileNotFoundError:
        return None
    except Exception as error:  # nbformat's own, of several kinds
        if broken_is_none:
            return None
        raise AuthoringError(
            f"{pair.name}.ipynb can't be read as a notebook ({type(error).__name__}). If a merge "
            "left marks in it, settle its text and run `course text --from text` with its name: "
            "the notebook is made anew."
        ) from None
    return notebook
