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
reckoned    what it should say, to the next five: at 90 words and 8 lines of visible code a minute,
            2 minutes for a prediction or a quiz, 4 for own words, 5 for a figure to move
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
    *("bold", "predictions", "hidden", "minutes", "reckoned"),
)
FOLDED = re.compile(r"<details.*?</details>", re.DOTALL)
NO_PROSE = re.compile(r"```.*?```|\$\$.*?\$\$|\$[^$\n]+\$|`[^`\n]+`|<[^>]+>", re.DOTALL)
WORDS, LINES = 90, 8  # a minute, with the figures, tables and formulas between them
MINUTES = {"predict": 2, "quiz": 2, "order": 2, "words": 4, "figure": 5}
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


def words_and_lines(notebook):
    """The words of the text in sight, and the lines of code in sight, cell by cell."""
    text = "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    words = re.findall(r"[A-Za-z][\w'’-]*", NO_PROSE.sub(" ", FOLDED.sub("", text)))
    code = [c for c in notebook.cells if c.cell_type == "code"]
    return len(words), [0 if is_hidden(c, "source") else len(c.source.splitlines()) for c in code]


def reckoned(notebook):
    """The minutes that a lesson takes, to the next five; no clock has measured them."""
    words, lines = words_and_lines(notebook)
    code = [c for c in notebook.cells if c.cell_type == "code"]
    minutes = words / WORDS + sum(lines) / LINES
    minutes += sum(MINUTES.get(tag, 0) for c in code for tag in c.metadata.get("tags", []))
    minutes += MINUTES["figure"] * sum("course_utils.explorables import" in c.source for c in code)
    return 5 * round(minutes / 5)


def stated(notebook):
    """The minutes that a lesson says it takes, as text; "" if it doesn't say."""
    text = "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    found = re.search(r"\*\*It takes\*\* about (\d+) minutes", text)
    return found[1] if found else ""


def row(path, page):
    notebook = nbformat.read(path, as_version=4)
    text = "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    prose = FOLDED.sub("", text)
    code = [c for c in notebook.cells if c.cell_type == "code"]
    words, lines = words_and_lines(notebook)
    first = next((i for i, cell in enumerate(code) if shows_figure(cell)), 0)
    html, _ = HTMLExporter(template_name="lab").from_notebook_node(in_sight(notebook))
    page.set_content(html, wait_until="domcontentloaded")
    height = page.evaluate("document.querySelector('main').scrollHeight")
    return [
        path.stem[:2] + part_of(path.stem).replace(", part ", "."),
        words,
        f"{height / 900:.1f}",
        sum(lines),
        sum(lines[: first + 1]),
        max(lines),
        len(set(re.findall(r"\*\*([^*\n]+)\*\*", prose))),
        sum("predict" in c.metadata.get("tags", []) for c in code),
        sum(is_hidden(c, "outputs") for c in code),
        stated(notebook),
        reckoned(notebook),
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
