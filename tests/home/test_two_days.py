"""A learner's two days, by mouse and keys: an answer, a note, a new edition, a restart."""

import json

from course_utils.learning.copies.reading import dump

PANEL = "window.jupyterapp.shell.currentWidget"
READY = f"""name => {{ const panel = window.jupyterapp && {PANEL};
  const kernel = panel?.sessionContext?.session?.kernel;
  return panel?.context?.path.endsWith(name) && panel.context.isReady
    && kernel?.connectionStatus === "connected" && kernel?.status === "idle"; }}"""
IDLE = f"""() => {PANEL}.sessionContext.session.kernel.status === "idle"
  && {PANEL}.content.widgets.every(c => !c.model.executionState
                                        || c.model.executionState === "idle")"""
PLACE = f"""id => {PANEL}.content.widgets.findIndex(c => c.model.id === id)"""
RIGHT = "def neuron(x, w, b):\n    return x @ w + b"
FILE = "exercises/01_one_neuron.ipynb"


class Lab:
    """A notebook that was opened in JupyterLab by a link of the home page."""

    def __init__(self, page, name):
        self.page = page
        page.wait_for_function("window.jupyterapp !== undefined", timeout=90_000)
        page.wait_for_function(READY, arg=name, timeout=90_000)

    def cell(self, name):
        place = self.page.evaluate(PLACE, name)
        assert place >= 0, f"there is no cell {name}"
        in_front = ".jp-NotebookPanel:not(.lm-mod-hidden)"
        return self.page.locator(f'{in_front} .jp-Cell[data-windowed-list-index="{place}"]')

    def write(self, name, text):
        """Replace what stands in a cell, by keyboard."""
        editor = self.cell(name).locator(".cm-content")
        editor.click()
        editor.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def run(self, name):
        """Run a cell with Shift+Enter; returns what it shows."""
        self.cell(name).locator(".cm-content").click()
        self.page.keyboard.press("Shift+Enter")
        self.page.wait_for_timeout(300)
        self.page.wait_for_function(IDLE, timeout=60_000)
        return self.cell(name).locator(".jp-OutputArea").first.inner_text()

    def leave(self):
        """Save with the usual keys, and go back to the home page."""
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("ControlOrMeta+s")
        self.page.wait_for_function(f"!{PANEL}.context.model.dirty", timeout=30_000)
        self.page.evaluate("window.jupyterapp.commands.execute('kernelmenu:shutdown')")


def test_what_was_written_on_the_first_day_is_there_on_the_second(
    desk, open_page, wait_until_up, find_free_port
):
    page = open_page()
    page.goto(f"{desk.address}/course")
    page.get_by_label("Exercise of 01 One neuron").click()
    lab = Lab(page, FILE)
    assert page.evaluate(f"!{PANEL}.context.model.dirty"), "opening it changed the file"
    for name in ("top-setup", "top-given"):
        lab.run(name)
    lab.write("neuron-answer", RIGHT)
    lab.run("neuron-answer")
    assert "correct: neuron" in lab.run("neuron-check")
    lab.write("predict-answer", "predict = 'not yet'")
    page.keyboard.press("Escape")
    page.keyboard.press("b")  # a cell below
    page.keyboard.press("Enter")
    page.keyboard.insert_text("my_own_note = 1")
    lab.leave()
    page.goto(f"{desk.address}/course")
    assert "1 of 8 solved" in page.locator("ol.lessons > li").nth(1).inner_text()
    assert "exercise of 01 One neuron, where predict is open" in (
        page.get_by_role("region", name="Continue here").inner_text()
    )

    desk.stop()
    publish(desk)
    desk.port = find_free_port()
    desk.address = f"http://127.0.0.1:{desk.port}"
    desk.start()
    wait_until_up(f"{desk.address}/course", desk.server, desk.log)
    assert "a new edition: 1 of your notebooks renewed" in desk.log.read_text()

    page.goto(f"{desk.address}/course")
    page.get_by_role("link", name="Open the exercise").first.click()
    lab = Lab(page, FILE)
    words = page.locator(".jp-Notebook:visible").inner_text()  # others may be restored
    assert "A better sentence of the second edition." in words
    assert "The course changed this question's starter." in words
    assert "my_own_note = 1" in words
    assert "correct: neuron" in words
    assert page.evaluate(f"!{PANEL}.context.model.dirty"), "opening it changed the file"
    for name in ("top-setup", "top-given", "neuron-answer"):
        lab.run(name)
    assert "correct: neuron" in lab.run("neuron-check")
    lab.leave()
    tracked = json.loads((desk.folder / FILE).read_text("utf-8"))
    assert RIGHT not in str(tracked)


def publish(desk):
    """A new edition: other words, and another starter for `predict`."""
    path = desk.folder / FILE
    edition = json.loads(path.read_text("utf-8"))
    for cell in edition["cells"]:
        if cell["id"] == "top-text":
            cell["source"].append("\n\nA better sentence of the second edition.")
        if cell["id"] == "predict-answer":
            cell["source"].append("\n# one line more")
    path.write_bytes(dump(edition))
