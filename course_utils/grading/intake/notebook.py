"""The one reader of notebook files: bytes in, cells out, all limited and nothing believed."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from typing import Any

from course_utils.grading.intake.entry import SubmissionError
from course_utils.grading.intake.text import encodable

MAX_CELLS = 2_000
MAX_SOURCE = 1_000_000
MAX_PARTS = 4_000_000  # commas and brackets: what the parsed notebook weighs in memory
KINDS = ("code", "markdown", "raw")
OPENS = re.compile(r"""^[^#\n]*\bexercise\(\s*["'](\w{1,100})["']""", re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """A cell as it was handed in. kind: one of KINDS, or "unknown"; id: "" if it has none."""

    kind: str
    id: str
    source: str


@dataclass(frozen=True)
class Notebook:
    """A notebook, read. exercise: which one it says it is, in its metadata or in the cell that
    opens it, "" if in neither; remarks: what was odd about the file."""

    cells: tuple[Cell, ...]
    exercise: str = ""
    remarks: tuple[str, ...] = ()


def parse(data: bytes) -> Notebook:
    """Read a notebook. Raises SubmissionError with what the file is instead."""
    if sum(data.count(sign) for sign in b",[{") > MAX_PARTS:
        raise SubmissionError("has too many parts for a notebook. Clear its outputs.")
    remarks = []
    try:
        text = data.decode(json.detect_encoding(data) if 0 in data[:4] else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", "replace")
        remarks.append("the file is not UTF-8; the letters that were damaged are replaced")
    try:
        content = json.loads(text)
    except RecursionError:
        raise SubmissionError("is nested too deeply to be a notebook.") from None
    except json.JSONDecodeError:
        raise SubmissionError(_what_else(data)) from None
    except ValueError:  # Python reads no longer whole numbers
        digits = sys.get_int_max_str_digits()
        raise SubmissionError(
            f"holds a number of more than {digits:,} digits, which no notebook does."
        ) from None
    raw_cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(raw_cells, list) or content.get("nbformat") != 4:
        raise SubmissionError(
            "is JSON, but not a notebook of format 4, which Jupyter writes today."
        )
    if len(raw_cells) > MAX_CELLS:
        raise SubmissionError(f"has {len(raw_cells):,} cells; at most {MAX_CELLS:,} are graded.")
    cells = tuple(_cell(raw) for raw in raw_cells if isinstance(raw, dict))
    written = sum(len(cell.source) for cell in cells)
    if written > MAX_SOURCE:
        raise SubmissionError(
            f"holds {written:,} characters of text and code; at most {MAX_SOURCE:,} are graded."
        )
    return Notebook(cells, _exercise(content, cells), tuple(remarks))


def _cell(raw: dict[str, Any]) -> Cell:
    source = raw.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    kind, cell_id = raw.get("cell_type"), raw.get("id")
    return Cell(
        kind if isinstance(kind, str) and kind in KINDS else "unknown",
        encodable(cell_id) if isinstance(cell_id, str) and len(cell_id) <= 100 else "",
        encodable(source) if isinstance(source, str) else "",
    )


def _exercise(content: dict[str, Any], cells: tuple[Cell, ...]) -> str:
    metadata = content.get("metadata")
    name = metadata.get("exercise") if isinstance(metadata, dict) else None
    if isinstance(name, str) and re.fullmatch(r"\w{1,100}", name):
        return name
    opened = (OPENS.search(cell.source) for cell in cells if cell.kind == "code")
    return next((found[1] for found in opened if found), "")


def _what_else(data: bytes) -> str:
    begins = {
        b"%PDF": "a PDF",
        b"PK\x03\x04": "a zip archive",
        b"<": "a web page",
        b"\xd0\xcf\x11\xe0": "an Office document",
    }
    start = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    kind = next((kind for sign, kind in begins.items() if start.startswith(sign)), "")
    if not start:
        return "is empty. Save the notebook, and hand in the .ipynb file."
    was = f"it is {kind}" if kind else "its content isn't JSON"
    return (
        f"is not a notebook: {was}. Was it exported, or renamed from another format? Hand in the "
        ".ipynb file itself."
    )
