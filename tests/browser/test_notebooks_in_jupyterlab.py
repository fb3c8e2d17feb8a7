"""Every lesson and every exercise stands in JupyterLab without an error, on the page or behind it.

That their cells run and give what is stored is tested without a browser, in tests/notebooks. So of
a lesson only what needs the page is run here: its figures that one can move, and the cells from
which they take something; all other outputs are shown as they are stored.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LESSONS, EXERCISES = (
    [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / folder).glob("*.ipynb"))]
    for folder in ("notebooks", "exercises")
)
VIEW = "application/vnd.jupyter.widget-view+json"
FIGURE = re.compile(r"\bexplorables\b")
IMPORTED = re.compile(r"^from course_utils\.explorables import (.+)$", re.MULTILINE)


def names_in(source):
    """The names that a cell reads, and those that it gives at the top level."""
    if source.startswith("%%"):  # a prediction, a quiz: no Python
        return set(), set()
    plain = "\n".join(line for line in source.splitlines() if not line.startswith(("%", "!")))
    tree = ast.parse(plain)
    read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    given = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} - read
    given |= {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and type(n.ctx) is ast.Store}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            given |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    given |= {getattr(node, "name", None) for node in tree.body} - {None}
    return read, given


def needed(sources):
    """The places of the sources that show figures, and of those that give names to them."""
    found, wanted = [], set()
    lists = [names for source in sources for names in IMPORTED.findall(source)]
    kinds = {name.strip() for names in lists for name in names.split(",")}
    for place in range(len(sources) - 1, -1, -1):
        read, given = names_in(sources[place])
        named = FIGURE.search(sources[place]) and not sources[place].startswith("%%")
        shows = named or read & kinds
        if shows or given & wanted:
            found.insert(0, place)
            wanted = (wanted - given) | read
    return found


def problems(cells, ran, errors):
    """What is wrong with a page: errors, words on stderr, and cells of `ran` that did not run."""
    outputs = [output for cell in cells for output in cell["outputs"]]
    bad = [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"]
    return [*bad, *(cell["source"] for cell in ran if cell["count"] is None), *errors]


def views(cell):
    return [output for output in cell["outputs"] if VIEW in output.get("data", {})]


@pytest.mark.parametrize("path", LESSONS)
def test_lesson_is_shown_and_its_figures_run_without_an_error(path, open_notebook, page):
    notebook = open_notebook(path, trusted=True)
    code = [place for place, cell in enumerate(notebook.cells()) if cell["type"] == "code"]
    before = [notebook.cells()[place] for place in code]
    assert not any(map(views, before)), "a view that is stored is dead"
    chosen = needed([cell["source"] for cell in before])
    notebook.run_these([code[place] for place in chosen])
    after = [notebook.cells()[place] for place in code]
    assert problems(after, [after[place] for place in chosen], page.errors) == []
    figures = [place for place in chosen if FIGURE.search(after[place]["source"])]
    assert bool(figures) == any(views(after[place]) for place in chosen)
    notebook.screenshot(path.replace("/", "-").removesuffix(".ipynb"))


@pytest.mark.parametrize("path", EXERCISES)
def test_exercise_runs_without_an_error(path, open_notebook, page):
    notebook = open_notebook(path)
    notebook.run_all()
    cells = [cell for cell in notebook.cells() if cell["type"] == "code"]
    assert problems(cells, cells, page.errors) == []
    notebook.screenshot(path.replace("/", "-").removesuffix(".ipynb"))


def test_figures_and_what_they_take_something_from_are_chosen():
    sources = [
        "import numpy as np\nx = np.arange(3)",
        "y = train(x)",
        "from course_utils import explorables, nn",
        "%timeit 1",
        "%%predict x number\nWhich x, before explorables are shown?",
        "x = np.ones(3)\nz = x",
        "explorables.Stepper(nn.Sequential(), x)",
        "print(x)",
    ]
    assert needed(sources) == [0, 2, 5, 6]
    assert needed(sources[:2]) == []
    apart = [
        "from course_utils.explorables import Stepper",
        "print(1)",
        "bias = 0.0\nStepper(bias)",
    ]
    assert needed(apart) == [0, 2]


def test_errors_of_a_page_are_seen(page):
    page.goto("about:blank")
    page.evaluate("console.error('said'); setTimeout(() => { throw new Error('thrown') })")
    page.wait_for_timeout(100)
    assert ["said" in page.errors[0], "thrown" in page.errors[1]] == [True, True]
