"""How long a lesson is for the eye: words, screens, code in sight, bold terms, predictions.

    python benchmarks/lessons.py             all lessons, about a minute
    python benchmarks/lessons.py 02 10       these
    python benchmarks/lessons.py --quick     one of them: does it run?

Counted is what is in sight when a notebook is opened: nothing folded, no hidden input or output.
words       of the text, without code and formulas
screens     the page at 1400 x 900 pixels in headless Chromium, divided by 900
lines       of visible code: all, before the first figure, and in the longest cell
bold        terms in bold
hidden      cells whose result waits until they are run, and all predictions
minutes     what the lesson says of itself
"""

import argparse
import copy
import re
import shutil
import sys
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

from course_utils.learning.curriculum import part_of

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = (
    *("lesson", "words", "screens", "lines", "before", "longest"),
    *("bold", "predictions", "hidden", "minutes"),
)
FOLDED = re.compile(r"<details.*?</details>", re.DOTALL)
NO_PROSE = re.compile(r"```.*?```|\$\$.*?\$\$|\$[^$\n]+\$|`[^`\n]+`|<[^>]+>", re.DOTALL)
FIGURES = ("image/png", "image/svg+xml", "application/vnd.jupyter.widget-view+json")


def is_hidden(cell, what):
    return cell.metadata.get("jupyter", {}).get(f"{what}_hidden", False)


def shows_figure(cell):
    kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
    markup = "".join(str(o.get("data", {}).get("text/html", "")) for o in cell.outputs)
    return bool(kinds & {*FIGURES} or re.search(r"<img|<svg", markup))


def in_sight(notebook):
    """A copy that holds what is in sight when the notebook is opened."""
    seen = copy.deepcopy(notebook)
    for cell in seen.cells:
        if cell.cell_type == "code":
            cell.source = "" if is_hidden(cell, "source") else cell.source
            cell.outputs = [] if is_hidden(cell, "outputs") else cell.outputs
    return seen


def row(path, page):
    notebook = nbformat.read(path, as_version=4)
    text = "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    prose = FOLDED.sub("", text)
    code = [c for c in notebook.cells if c.cell_type == "code"]
    lines = [0 if is_hidden(c, "source") else len(c.source.splitlines()) for c in code]
    first = next((i for i, cell in enumerate(code) if shows_figure(cell)), 0)
    html, _ = HTMLExporter(template_name="lab").from_notebook_node(in_sight(notebook))
    page.set_content(html, wait_until="domcontentloaded")
    height = page.evaluate("document.querySelector('main').scrollHeight")
    minutes = re.search(r"(\d+)[^.\n]{0,20} minutes", text)
    return [
        path.stem[:2] + part_of(path.stem).replace(", part ", "."),
        len(re.findall(r"[A-Za-z][\w'’-]*", NO_PROSE.sub(" ", prose))),
        f"{height / 900:.1f}",
        sum(lines),
        sum(lines[: first + 1]),
        max(lines),
        len(set(re.findall(r"\*\*([^*\n]+)\*\*", prose))),
        sum("predict" in c.metadata.get("tags", []) for c in code),
        sum(is_hidden(c, "outputs") for c in code),
        minutes[1] if minutes else "",
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("numbers", nargs="*", help="of lessons, such as 02")
    parser.add_argument("--quick", action="store_true", help="one lesson only")
    arguments = parser.parse_args()
    numbers = arguments.numbers or (["00"] if arguments.quick else ["[0-9][0-9]"])
    paths = sorted(p for n in numbers for p in (ROOT / "notebooks").glob(f"{n}_*.ipynb"))
    if not paths:
        sys.exit(f"no lesson begins with {' or '.join(numbers)}")
    table = Table(*COLUMNS)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        window = {"width": 1400, "height": 900}
        page = browser.new_context(viewport=window, offline=True).new_page()
        for path in paths:
            table.add_row(*map(str, row(path, page)))
        browser.close()
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
