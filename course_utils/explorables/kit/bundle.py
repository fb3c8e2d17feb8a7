"""Joins the JavaScript and the style of a figure with those of the kit, each into one text."""

import os
import re
from pathlib import Path

KIT = Path(__file__).parent


def bundle(module):
    """The JavaScript file `module` as one text: before it what it imports, each file once.

    A notebook and a page opened from disk can load one module, but not its neighbors.
    """
    parts = {}

    def add(path):
        source = path.read_text(encoding="utf-8")
        for neighbor in neighbors(path, source):
            if neighbor not in parts:
                add(neighbor)
        parts[path] = re.sub(r"^import [^;]*;\n", "", source, flags=re.MULTILINE)

    add(Path(module).resolve())
    return "\n".join(parts.values())


def neighbors(path, source):
    """The files that a JavaScript file imports, in its order."""
    return [
        Path(os.path.normpath(path.parent / found))
        for found in re.findall(r'^(?:import\b[^;]*|\} )from "(\.[^"]+)";', source, re.MULTILINE)
    ]


def style(folder):
    """The style sheet that all figures share, and that of the figure in `folder`, if it has one.

    A notebook shows several figures on one page, so the rules of a figure hold inside it only.
    """
    folder = Path(folder)
    sheets = [(KIT / "form.css").read_text(encoding="utf-8")]
    if (folder / "figure.css").exists():
        own = (folder / "figure.css").read_text(encoding="utf-8")
        sheets.append(f'.xp[data-figure="{folder.name}"] {{\n{own}}}\n')
    return "\n".join(sheets)
