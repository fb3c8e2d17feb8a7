"""The explorables' pages from disk without a network, and in a notebook of a real JupyterLab."""

from pathlib import Path

import nbformat
import pytest

from course_utils import explorables
from course_utils.explorables import gallery
from course_utils.explorables.kit.bundle import bundle
from course_utils.explorables.kit.page import page as page_of

FIGURES = Path(explorables.__file__).parent


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """The folder of the built gallery."""
    folder = tmp_path_factory.mktemp("gallery")
    gallery.build(folder)
    return folder


@pytest.fixture(scope="session")
def contexts(browser):
    """contexts(**options) makes a browser context without a network once, and keeps it."""
    made = {}

    def contexts(**options):
        key = str(sorted(options.items()))
        if key not in made:
            made[key] = browser.new_context(offline=True, **options)
        return made[key]

    yield contexts
    for context in made.values():
        context.close()


@pytest.fixture
def open_page(contexts, pages):
    """open_page(name, **context) opens an explorable from disk, offline; errors fail the test."""
    opened, errors = [], []

    def open_page(name, width=1000, height=800, **options):
        page = contexts(**options).new_page()
        opened.append(page)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.set_viewport_size({"width": width, "height": height})
        page.goto((pages / f"{name}.html").as_uri())
        if name != "index":
            page.wait_for_selector(".xp svg[role=img]")
        return page

    yield open_page
    for page in opened:
        page.close()
    assert errors == []


@pytest.fixture
def show(browser):
    """show(explorable) opens its page: (page, errors). What a learner wrote may not run there."""
    opened = []

    def show(explorable):
        page = browser.new_page()
        opened.append(page)
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.set_content(page_of(explorable))
        page.wait_for_selector(".xp svg[role=img]")
        return page, errors

    yield show
    for page in opened:
        assert page.evaluate("window.entered") is None
        page.close()


@pytest.fixture(scope="session")
def module(browser):
    """module(name, expression, argument): evaluates JavaScript with the module's exports as `m`."""
    page = browser.new_page()
    page.goto("about:blank")

    def module(name, expression, argument=None):
        return page.evaluate(
            """async ([source, expression, argument]) => {
                const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
                const m = await import(url);
                return new Function("m", "a", `return ${expression}`)(m, argument);
            }""",
            [bundle(FIGURES / name / "figure.js"), expression, argument],
        )

    yield module
    page.close()


READY = """async () => {
    const app = window.jupyterapp;
    await app.restored;
    const panel = app.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
    const kernel = panel.sessionContext.session.kernel;
    while (kernel.connectionStatus !== "connected" || kernel.status !== "idle")
        await new Promise((wait) => setTimeout(wait, 50));
}"""


@pytest.fixture(scope="session")
def open_lab(lab, browser):
    """open_lab(name, *cells) writes a notebook, opens it in JupyterLab, and runs its cells."""
    address, folder = lab
    opened = []

    def open_lab(name, *cells):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, folder / f"{name}.ipynb")
        page = browser.new_page(viewport={"width": 1300, "height": 950})
        opened.append(page)
        page.goto(f"{address}/lab/workspaces/{name}/tree/{name}.ipynb?reset")
        page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.context")
        page.evaluate(READY)
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        return page

    yield open_lab
    for page in opened:
        page.close()
