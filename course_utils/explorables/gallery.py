"""Writes every explorable as a page that opens from disk without a network, and an index of them.

python -m course_utils.explorables.gallery [FOLDER]        default: docs/gallery
"""

import html
import re
import sys
from pathlib import Path

from . import EXPLORABLES
from .kit.form import still_html
from .kit.page import PAGE, page


def index(stills):
    """The page that lists explorables: question, still picture, link. stills: each one's HTML."""
    entries = []
    for explorable, still in stills.items():
        picture = re.search(r"<img[^>]*>", still)[0]
        entries.append(
            f'<article><h2><a href="{explorable.name}.html">{explorable.title}</a></h2>'
            f"<p>{html.escape(explorable.question.text)}</p>{picture}</article>"
        )
    body = "<h1>Figures that answer back</h1>" + "\n".join(entries)
    return PAGE.format(title="Figures that answer back", style="", body=body)


def build(folder):
    """Write index.html and NAME.html for each explorable into a folder, and return the paths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    explorables = [make() for make in EXPLORABLES]
    stills = {
        explorable: still_html(explorable.name, *explorable.drawn()) for explorable in explorables
    }
    pages = {"index": index(stills)} | {e.name: page(e, still) for e, still in stills.items()}
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return [folder / f"{name}.html" for name in pages]


if __name__ == "__main__":
    for path in build(sys.argv[1] if len(sys.argv) > 1 else "docs/gallery"):
        print(path)
