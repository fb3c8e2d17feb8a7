"""A new edition comes into a learner's copy: the course's text is renewed, the learner's stays.

Cells are matched by their ids. A cell is the course's as long as its text is one that an edition
gave to its id; any other text is the learner's. A cell has outputs of the learner's if it was run:
copies are handed out with outputs to compare with, but for hidden ones, and without execution
counts.
"""

from __future__ import annotations

import copy
import hashlib
import platform
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from course_utils.learning.copies.reading import Found, lines, source

NOTE = "new_edition"  # the key in a note's metadata: {"about": id of a cell, "text": digest}
KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": platform.python_version(),
    },
}
VIEW_KEYS = ("jupyter", "collapsed", "scrolled")
STARTER = "**The course changed this question's starter.** Your answer below is as you left it."
TEXT = "**The course changed the cell below.** You had written in it, so yours stands."


def digest(text: str) -> str:
    """A short name for a cell's text."""
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()[:16]


@dataclass
class Editions:
    """What the course has handed out: cell id -> digests of its texts, the newest last."""

    cells: dict[str, list[str]] = field(default_factory=dict)

    def knows(self, cell: dict) -> bool:
        """Whether the text of a cell is one that the course gave it."""
        return digest(source(cell)) in self.cells.get(cell.get("id", ""), ())

    def newest(self, name: str) -> str:
        return self.cells.get(name, [""])[-1]

    def add(self, cells: Iterable[dict]) -> None:
        """Note an edition as handed out."""
        for cell in cells:
            known = self.cells.setdefault(cell["id"], [])
            text = digest(source(cell))
            if text in known:
                known.remove(text)
            known.append(text)


def fresh(edition: dict) -> dict:
    """An edition as it is handed out: with its outputs, and no cell counted as run.

    What is hidden is left out, since JupyterLab shows the first line of a hidden output, and what
    a prediction asks may stand there.

    Its metadata are those that JupyterLab would write when a kernel of this Python answers, so
    that opening the copy doesn't change it.
    """
    made = copy.deepcopy(edition)
    made["metadata"] |= copy.deepcopy(KERNEL)
    for cell in made["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"] = None
            if cell["metadata"].get("jupyter", {}).get("outputs_hidden"):
                cell["outputs"] = []
    return made


def merge(found: Found, edition: dict, editions: Editions) -> dict:
    """The learner's copy, renewed. Every text in `found` that isn't the course's is in it.

    found: what stands in the copy. edition: the course's notebook, whose cells have ids. editions:
    what was handed out before, without this edition. Cells come in the course's order; a cell of
    the learner's own follows the cell that it followed.
    """
    new = fresh(edition)
    theirs = {cell["id"]: cell for cell in new["cells"]}
    mine, following, notes = _sort(found.cells, theirs, editions)
    cells = list(following.get("", []))
    for cell in new["cells"]:
        name = cell["id"]
        if name in mine:
            cells += _renewed(mine[name], cell, editions, notes)
        else:
            cells.append(cell)
        cells += following.get(name, [])
    kept = {k: v for k, v in found.metadata.items() if k not in ("widgets", "exercise", "text")}
    kernel = {k: kept[k] for k in KERNEL if isinstance(kept.get(k), dict)}
    new["metadata"] = {**kept, **new["metadata"], **kernel}
    new["cells"] = _with_ids(cells)
    return new


def _sort(
    cells: list[dict], theirs: dict[str, dict], editions: Editions
) -> tuple[dict[str, dict], dict[str, list[dict]], set[str]]:
    """The copy's cells: by id of the course's cell; those that follow it; the notes still there."""
    by_text = {text: name for name, known in editions.cells.items() for text in known}
    by_text |= {digest(source(cell)): name for name, cell in reversed(theirs.items())}
    mine: dict[str, dict] = {}
    following: dict[str, list[dict]] = {}
    notes, anchor = set(), ""
    kept = _best(cells, theirs, editions)
    for place, cell in enumerate(cells):
        name = cell.get("id") or by_text.get(digest(source(cell)), "")
        if (noted := _noted(cell)) is not None:
            notes.add(noted)
        elif name in theirs and name not in mine and kept.get(name, place) == place:
            mine[name] = {**cell, "id": name}
            anchor = name
        elif editions.knows({**cell, "id": name}):
            pass  # a second copy of the course's text, or one that the course dropped
        elif name in theirs and _is(cell, theirs[name]):
            pass  # a second copy of what is new
        else:
            following.setdefault(anchor, []).append(_own(cell, theirs, editions))
    return mine, following, notes


def _best(cells: list[dict], theirs: dict[str, dict], editions: Editions) -> dict[str, int]:
    """Of cells with the same id, the place of the first that the learner wrote in, if any did."""
    best: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = cell.get("id", "")
        written = name in theirs and not (editions.knows(cell) or _is(cell, theirs[name]))
        if written and name not in best:
            best[name] = place
    return best


def _is(cell: dict, other: dict) -> bool:
    return source(cell) == source(other)


def _noted(cell: dict) -> str | None:
    """The id of the cell that a note of ours is about; None if this is none, or was written in."""
    note = cell["metadata"].get(NOTE)
    if not isinstance(note, dict) or note.get("text") != digest(source(cell)):
        return None
    return str(note.get("about"))


def _own(cell: dict, theirs: dict, editions: Editions) -> dict:
    """A cell of the learner's own; of one that was the course's, its tags and marks are off."""
    own = copy.deepcopy(cell)
    own["metadata"].pop(NOTE, None)
    name = own.get("id", "")
    if name in theirs or name in editions.cells:
        own["metadata"] = {
            k: v for k, v in own["metadata"].items() if k not in ("tags", "nbgrader")
        }
    if name in theirs:
        del own["id"]  # another cell bears it
    return own


def _renewed(mine: dict, cell: dict, editions: Editions, notes: set[str]) -> list[dict]:
    """The cell of the edition, with what is the learner's of it; a note before it if need be."""
    name = cell["id"]
    if _is(mine, cell) or editions.knows(mine):
        renewed = dict(cell)
        was_run = mine["cell_type"] == "code" == cell["cell_type"] and mine["execution_count"]
        if was_run and (_is(mine, cell) or not cell["outputs"]):
            renewed |= {key: mine[key] for key in ("outputs", "execution_count")}
            renewed["metadata"] = _viewed(mine, cell)
        return [renewed]
    kept = {**mine, "metadata": _viewed(mine, cell)}
    changed = editions.newest(name) not in ("", digest(source(cell)))
    if not (changed or name in notes):
        return [kept]
    return [_note(cell), kept]


def _viewed(mine: dict, cell: dict) -> dict:
    """The edition's metadata, with what the learner folded or unfolded."""
    kept = {k: v for k, v in mine["metadata"].items() if k not in ("tags", "nbgrader")}
    rest = {k: v for k, v in cell["metadata"].items() if k not in VIEW_KEYS}
    return {**kept, **rest}


def _note(cell: dict) -> dict:
    """What stands above an answer of the learner's whose cell the course has changed."""
    answer = "answer" in cell["metadata"].get("tags", [])
    code = cell["cell_type"] == "code"
    fence = "`" * max(3, 1 + _longest_run(source(cell), "`"))
    shown = f"{fence}{'python' if code else ''}\n{source(cell)}\n{fence}"
    kind = "starter" if answer else "text"
    said = f"> {STARTER if answer else TEXT}"
    text = f"{said}\n\n<details><summary>The new {kind}</summary>\n\n{shown}\n\n</details>"
    return {
        "cell_type": "markdown",
        "id": uuid.uuid5(uuid.NAMESPACE_OID, cell["id"]).hex[:12],
        "metadata": {NOTE: {"about": cell["id"], "text": digest(text)}},
        "source": lines(text),
    }


def _longest_run(text: str, sign: str) -> int:
    longest = run = 0
    for letter in text:
        run = run + 1 if letter == sign else 0
        longest = max(longest, run)
    return longest


def _with_ids(cells: list[dict]) -> list[dict]:
    """The cells, each with an id that no other has; those of the course keep theirs."""
    used: set[str] = set()
    for cell in cells:
        if cell.get("id", "") in ("", *used):
            cell["id"] = uuid.uuid4().hex[:12]
        used.add(cell["id"])
    return cells
