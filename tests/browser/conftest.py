"""Notebooks in a real JupyterLab, driven as a person drives them."""

import json
import os
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.sign import NotebookNotary

RUN_SECONDS = 180
START_SECONDS = 120  # of a page with its kernel, on a machine that does much else


@pytest.fixture(scope="session")
def context(browser):
    """One for all pages: JupyterLab's scripts, 10 MB, are read and compiled once."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(context):
    """A fresh page; what its console calls an error is in `page.errors`."""
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(error.stack or str(error)))
    page.on("console", lambda message: note_error(page.errors, message))
    yield page
    page.close()


def note_error(errors, message):
    if message.type == "error":
        errors.append(f"{message.text} ({message.location.get('url', '')})")


@pytest.fixture
def served_copy(lab, request, copy_course):
    """The name of a fresh copy of the course in JupyterLab's folder, removed after the test.

    A copy has 60 MB, and there is one for each notebook: left behind, they fill a disk.
    """
    _, folder = lab
    name = re.sub(r"\W+", "_", request.node.name)
    copy_course(folder / name)
    yield name
    shutil.rmtree(folder / name, ignore_errors=True)  # Windows may hold a file for a moment


@pytest.fixture
def open_notebook(lab, page, served_copy, kernel_environment):
    """A function: open a notebook of a fresh copy of the course, by its path there."""
    address, folder = lab
    name = served_copy
    settings = Path(kernel_environment["JUPYTERLAB_SETTINGS_DIR"]) / "@jupyterlab"
    themes = settings / "apputils-extension" / "themes.jupyterlab-settings"
    opened = []

    def open_(notebook, theme="JupyterLab Light", trusted=False):
        """trusted: show stored outputs as if they had been made here."""
        # Chosen before the page is there: a change while cells are drawn can upset JupyterLab.
        themes.parent.mkdir(parents=True, exist_ok=True)
        themes.write_text(json.dumps({"theme": theme}), "utf-8")
        if trusted:
            notary = NotebookNotary(data_dir=kernel_environment["JUPYTER_DATA_DIR"])
            notary.sign(nbformat.read(folder / name / notebook, as_version=4))
            notary.store.close()
        opened.append(Notebook(page, address, f"{name}/{notebook}"))
        return opened[-1]

    yield open_
    for notebook in opened:
        notebook.close()


class Notebook:
    """An open notebook whose kernel is ready. Cells are counted from 0."""

    def __init__(self, page, address, path):
        self.page = page
        workspace = re.sub(r"\W", "-", path)  # with a dot in its name nothing would be opened
        page.goto(f"{address}/lab/workspaces/{workspace}/tree/{path}?reset")
        page.wait_for_function("window.jupyterapp !== undefined", timeout=START_SECONDS * 1000)
        page.evaluate("window.jupyterapp.restored")
        page.wait_for_function(READY, arg=path.rsplit("/", 1)[1], timeout=START_SECONDS * 1000)

    def command(self, name, **arguments):
        """Run a command of JupyterLab's, and wait until it is done."""
        script = "([name, arguments]) => window.jupyterapp.commands.execute(name, arguments)"
        return self.page.evaluate(f"async (a) => {{ await ({script})(a) }}", [name, arguments])

    def run_all(self):
        self.page.set_default_timeout(RUN_SECONDS * 1000)
        self.command("notebook:run-all-cells")
        self.page.wait_for_function(IDLE)

    def run_these(self, indices):
        """Run some cells, one after another."""
        self.page.set_default_timeout(RUN_SECONDS * 1000)
        for index in indices:
            self.page.evaluate(f"i => {{ {PANEL}.content.activeCellIndex = i }}", index)
            self.command("notebook:run-cell")
        self.page.wait_for_function(IDLE)

    def cells(self):
        """Every cell: its type, source, tags and outputs (as nbformat has them)."""
        return self.page.evaluate(CELLS)

    def find(self, tag, text=""):
        """The number of the first cell with a tag whose source contains a text."""
        for i, cell in enumerate(self.cells()):
            if tag in cell["tags"] and text in cell["source"]:
                return i
        raise LookupError(f"no cell tagged {tag} contains {text!r}")

    def locator(self, index):
        """The cell on the page."""
        return self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{index}"]')

    def write(self, index, source):
        """Replace a cell's source by keyboard."""
        editor = self.locator(index).locator(".cm-content")
        editor.click()
        editor.press("ControlOrMeta+a")
        # insert_text types without the editor's automatic brackets and indentation.
        self.page.keyboard.insert_text(source)

    def run(self, index):
        """Run one cell with Shift+Enter; returns its output on the page as text."""
        self.locator(index).locator(".cm-content").click()
        before = self.cells()[index]["count"]
        self.page.keyboard.press("Shift+Enter")
        self.page.wait_for_function(COUNTED, arg=[index, before])
        self.page.wait_for_function(IDLE)
        return self.locator(index).locator(".jp-OutputArea").first.inner_text()

    def screenshot(self, name, index=None):
        """Save a picture where COURSE_SCREENSHOTS says, if it says so."""
        if folder := os.environ.get("COURSE_SCREENSHOTS"):
            target = self.page if index is None else self.locator(index)
            target.screenshot(path=Path(folder) / f"{name}.png")

    def close(self):
        self.command("kernelmenu:shutdown")
        self.command("docmanager:save")


# The panel in front, its notebook and its kernel.
PANEL = "window.jupyterapp.shell.currentWidget"
READY = f"""name => {{
  const panel = {PANEL};
  if (!panel || !panel.context || panel.context.path.split("/").pop() !== name) return false;
  const kernel = panel.sessionContext.session?.kernel;
  return panel.context.isReady && panel.sessionContext.isReady
    && kernel?.connectionStatus === "connected" && kernel?.status === "idle";
}}"""
IDLE = f"""() => {PANEL}.sessionContext.session.kernel.status === "idle"
  && {PANEL}.content.widgets.every(cell => !cell.model.executionState
                                           || cell.model.executionState === "idle")"""
COUNTED = f"([i, before]) => ({PANEL}.content.widgets[i].model.executionCount || 0) > (before || 0)"
CELLS = f"""() => {PANEL}.content.widgets.map(({{model}}) => ({{
  type: model.type,
  source: model.sharedModel.getSource(),
  tags: model.getMetadata("tags") || [],
  count: model.executionCount || null,
  outputs: model.outputs ? model.outputs.toJSON() : [],
}}))"""
