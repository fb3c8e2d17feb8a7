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


class Pages:
    """Pages of a browser, emptied and used again: to make one takes longer than to fill it."""

    def __init__(self, browser):
        self.browser, self.contexts, self.free = browser, {}, {}
        self.thrown, self.logged = {}, {}  # page -> errors since it was taken

    def take(self, **options):
        """An empty page of a context with these options."""
        key = str(sorted(options.items()))
        if key not in self.contexts:
            self.contexts[key] = self.browser.new_context(**options)
        page = self.free[key].pop() if self.free.get(key) else self.new(key)
        self.thrown[page], self.logged[page] = [], []
        return page

    def new(self, key):
        page = self.contexts[key].new_page()
        page.key = key
        page.on("pageerror", lambda error: self.thrown[page].append(str(error)))
        page.on("console", lambda m: m.type == "error" and self.logged[page].append(m.text))
        return page

    def errors(self, page):
        return self.thrown[page] + self.logged[page]

    def give_back(self, page):
        """Nothing of what it showed runs on; a test may have closed it."""
        if not page.is_closed():
            page.mouse.move(0, 0)
            page.goto("about:blank")
            self.free.setdefault(page.key, []).append(page)


@pytest.fixture(scope="session")
def page_store(browser):
    store = Pages(browser)
    yield store
    for context in store.contexts.values():
        context.close()


@pytest.fixture
def open_page(page_store, pages):
    """open_page(name, **context) opens an explorable from disk, offline; errors fail the test."""
    opened = []

    def open_page(name, width=1000, height=800, **options):
        page = page_store.take(offline=True, **options)
        opened.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.goto((pages / f"{name}.html").as_uri())
        if name != "index":
            page.wait_for_selector(".xp svg[role=img]")
        return page

    yield open_page
    errors = [error for page in opened for error in page_store.errors(page)]
    for page in opened:
        page_store.give_back(page)
    assert errors == []


@pytest.fixture
def show(show_html):
    """show(explorable) opens its page: (page, errors)."""
    return lambda explorable: show_html(page_of(explorable))


@pytest.fixture
def show_html(page_store):
    """show_html(text) opens the page of an explorable. What a learner wrote may not run there."""
    opened = []

    def show_html(text):
        page = page_store.take()
        opened.append(page)
        page.set_viewport_size({"width": 1280, "height": 720})
        page.set_content(text)
        page.wait_for_selector(".xp svg[role=img]")
        return page, page_store.thrown[page]

    yield show_html
    for page in opened:
        entered = page.evaluate("window.entered")
        page_store.give_back(page)
        assert entered is None


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
    context = browser.new_context(viewport={"width": 1300, "height": 950})  # reads scripts once

    def open_lab(name, *cells):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, folder / f"{name}.ipynb")
        page = context.new_page()
        page.goto(f"{address}/lab/workspaces/{name}/tree/{name}.ipynb?reset")
        page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.context")
        page.evaluate(READY)
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        return page

    yield open_lab
    context.close()
