"""Read a learner's notebook in whatever state it is, and write one as JupyterLab does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

CELL_TYPES = ("code", "markdown", "raw")
OUTPUT_KEYS = {  # what nbformat asks of each
    "stream": {"name", "text"},
    "display_data": {"data", "metadata"},
    "execute_result": {"data", "metadata", "execution_count"},
    "error": {"ename", "evalue", "traceback"},
}
KERNEL_KEYS = {"kernelspec": {"name", "display_name"}, "language_info": {"name"}}  # as well
CONFLICT = re.compile(
    r"^<<<<<<<[^\n]*\n(.*?)(?:^\|\|\|\|\|\|\|[^\n]*\n.*?)?^=======[^\n]*\n(.*?)^>>>>>>>[^\n]*(?:\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
DECODER = json.JSONDecoder()
BROKEN = re.compile(r'\{\s*"(?:attachments|cell_type)"')  # how a cell begins in a file
STRING = re.compile(r'[\s,]*"((?:[^"\\]|\\.)*)(?:"|\\?\Z)', re.DOTALL)


@dataclass(frozen=True)
class Found:
    """The cells that were found in a file; `whole`: it was a sound notebook."""

    cells: list[dict]
    metadata: dict
    whole: bool = True


def read(content: bytes) -> Found:
    """The cells of a notebook's bytes. Never raises: what is damaged gives the cells it still has.

    Of a merge conflict both sides are read: what only the second has follows what the first has.
    """
    text = content.decode("utf-8", errors="replace")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return _salvage(text)
    cells = data.get("cells") if isinstance(data, dict) else None
    if not isinstance(cells, list):
        return Found(list(_loose_cells(text)), {}, whole=False)
    sound = [_sound(cell) for cell in cells]
    metadata = _sound_metadata(data.get("metadata"))
    ids = [cell.get("id") for cell in sound if cell]
    whole = (
        data.get("nbformat") == 4
        and isinstance(data.get("nbformat_minor"), int)
        and metadata == data.get("metadata")
        and len({*ids, None}) == len(sound) + 1  # every cell is one, and has an id of its own
        and all({**c, "source": s["source"]} == s for c, s in zip(cells, sound, strict=True))
    )
    return Found([c for c in sound if c], metadata, whole)


def source(cell: dict) -> str:
    """A cell's text as one string."""
    text = cell.get("source", "")
    return text if isinstance(text, str) else "".join(text)


def dump(notebook: dict) -> bytes:
    """A notebook's bytes as JupyterLab writes them: sorted keys, one line a list item."""
    text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True)
    return (text + "\n").encode("utf-8", errors="replace")  # a lone half of a pair of surrogates


def lines(text: str) -> list[str]:
    """A text as nbformat stores it: lines with their ends. Only a newline ends a line."""
    parts = text.split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _sound_metadata(metadata: Any) -> dict:
    """A notebook's metadata, without a kernel or language that lacks what nbformat asks of it."""
    if not isinstance(metadata, dict):
        return {}
    lacking = {
        key
        for key, asked in KERNEL_KEYS.items()
        if key in metadata and not _has_texts(metadata[key], asked)
    }
    return {key: value for key, value in metadata.items() if key not in lacking}


def _has_texts(value: Any, names: set[str]) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(name), str) for name in names)


def _sound(cell: Any) -> dict | None:
    """A cell with all that nbformat asks of one; None if it isn't a cell at all."""
    if not isinstance(cell, dict) or not _is_text(cell.get("source")):
        return None
    kind = cell.get("cell_type")
    made: dict[str, Any] = {
        "cell_type": kind if kind in CELL_TYPES else "markdown",
        "metadata": cell["metadata"] if isinstance(cell.get("metadata"), dict) else {},
        "source": lines(source(cell)),
    }
    if isinstance(cell.get("id"), str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", cell["id"]):
        made["id"] = cell["id"]
    if isinstance(cell.get("attachments"), dict) and made["cell_type"] != "code":
        made["attachments"] = cell["attachments"]
    if made["cell_type"] == "code":
        count, outputs = cell.get("execution_count"), cell.get("outputs")
        made["execution_count"] = count if type(count) is int else None
        outputs = outputs if isinstance(outputs, list) else []
        made["outputs"] = [output for output in outputs if _is_output(output)]
    return made


def _is_output(output: Any) -> bool:
    kind = output.get("output_type") if isinstance(output, dict) else None
    return isinstance(kind, str) and kind in OUTPUT_KEYS and output.keys() >= OUTPUT_KEYS[kind]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(line, str) for line in value)
    )


def _salvage(text: str) -> Found:
    """The cells of a text that is no JSON."""
    sides = [CONFLICT.sub(lambda found, side=side: found[side], text) for side in (1, 2)]
    if sides[0] != text:
        first, second = (_cells_of(side) for side in sides)
        known = [(cell.get("id"), source(cell)) for cell in first]
        return Found(
            [*first, *(c for c in second if (c.get("id"), source(c)) not in known)], {}, whole=False
        )
    return Found(_cells_of(text), {}, whole=False)


def _cells_of(text: str) -> list[dict]:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return list(_loose_cells(text))
    return read(text.encode("utf-8", errors="replace")).cells


def _loose_cells(text: str) -> Iterator[dict]:
    """Every cell that is still whole in a text, and the written lines of those that are not."""
    place = 0
    while (place := text.find("{", place)) >= 0:
        try:
            value, end = DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            if BROKEN.match(text, place):
                following = BROKEN.search(text, place + 1)
                yield from _torn(text[place : following.start() if following else len(text)])
            place += 1
            continue
        if isinstance(value, dict) and "cell_type" in value and (cell := _sound(value)):
            yield cell
            place = end
        else:
            place += 1


def _torn(text: str) -> Iterator[dict]:
    """A cell of which only a piece is left: what can be read of its source."""
    start = re.search(r'"source"\s*:\s*\[?', text)
    if start is None:
        return
    written, place = "", start.end()
    while found := STRING.match(text, place):
        written += _plain(found[1])
        place = found.end()
    if written.strip():
        code = '"cell_type": "code"' in text[: start.start()]
        cell = {"cell_type": "code" if code else "markdown", "source": written}
        if named := re.search(r'"id"\s*:\s*"([^"]*)"', text[: start.start()]):
            cell["id"] = named[1]
        sound = _sound(cell)
        if sound:
            yield sound


def _plain(text: str) -> str:
    """A JSON string without its quotes, as far as it can be read."""
    try:
        return json.loads(f'"{text}"', strict=False)
    except ValueError:
        return text.replace("\\n", "\n").replace('\\"', '"')
