"""The course as start.py opens it: a server with the home page, and a learner's folder."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

LESSONS = ("00_start_here", "01_one_neuron")


class Desk:
    """A course on disk, the learner's folder in it, and the server that shows it."""

    def __init__(self, folder, root, environment, port):
        self.folder, self.own = folder, folder / "my_course"
        self.address = f"http://127.0.0.1:{port}"
        self.environment, self.port, self.server = environment, port, None
        for name in LESSONS:
            parts = [path.relative_to(root) for path in root.glob(f"notebooks/{name}*.ipynb")]
            for path in (*parts, f"exercises/{name}.ipynb", f"exercises/checks/{name}.json"):
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(root / path, folder / path)

        for name in ("glossary", "cheat_sheet"):
            shutil.copy(root / "notebooks" / f"{name}.md", folder / "notebooks")

    def start(self):
        """What start.py hands over to; waits until the home page is there."""
        command = [sys.executable, "-m", "course_utils.home", str(self.folder), "--no-browser"]
        command += ["--IdentityProvider.token=", f"--ServerApp.port={self.port}"]
        command += ["--ServerApp.port_retries=0", "--LabApp.expose_app_in_browser=True"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")
        self.log = self.folder / "server.log"
        with open(self.log, "w") as log:
            self.server = subprocess.Popen(
                command, env=self.environment, cwd=self.folder, stdout=log, stderr=log
            )

    def stop(self):
        self.server.terminate()
        try:
            self.server.wait(30)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()


@pytest.fixture(scope="module")
def desk(tmp_path_factory, root, kernel_environment, wait_until_up, find_free_port):
    """A desk whose server runs."""
    home = Path(kernel_environment["JUPYTER_CONFIG_DIR"])
    (home / "labconfig").mkdir(parents=True, exist_ok=True)
    (home / "labconfig" / "page_config.json").write_text(
        '{"buildAvailable": false, "buildCheck": false, "disabledExtensions": '
        '{"@jupyterlab/apputils-extension:announcements": true}}'
    )
    # Cells out of sight have to be drawn all the same.
    tracker = Path(kernel_environment["JUPYTERLAB_SETTINGS_DIR"]) / "@jupyterlab"
    tracker = tracker / "notebook-extension" / "tracker.jupyterlab-settings"
    tracker.parent.mkdir(parents=True, exist_ok=True)
    tracker.write_text('{"windowingMode": "none"}')
    desk = Desk(tmp_path_factory.mktemp("course"), root, kernel_environment, find_free_port())
    desk.start()
    try:
        wait_until_up(f"{desk.address}/course", desk.server, desk.log)
        yield desk
    finally:
        desk.stop()


@pytest.fixture
def open_page(browser):
    """A function: a page of a given width and color scheme; errors it logs are in `errors`."""
    contexts = []

    def open_(width=1280, scheme="light"):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def look():
    """A function: a picture of a page where COURSE_SCREENSHOTS says, then what is wrong with it."""

    def look_(page, name):
        if folder := os.environ.get("COURSE_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
        found = Axe().run(page).response["violations"]
        wrong = [v["id"] for v in found if v["impact"] in ("serious", "critical")]
        width = page.evaluate("document.documentElement.scrollWidth")
        return wrong + page.errors + [f"{width} px wide"] * (width > page.viewport_size["width"])

    return look_


@pytest.fixture
def read_lessons(desk):
    """The learner's copies as of ten days ago, all run, and nothing reviewed; undone afterwards."""
    kept = {}
    parts = [path for name in LESSONS for path in desk.own.glob(f"notebooks/{name}*.ipynb")]
    for path in parts:
        kept[path] = path.read_bytes()
        notebook = json.loads(kept[path])
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["execution_count"] = 1
        path.write_text(json.dumps(notebook), "utf-8")
        before = time.time() - 10 * 24 * 3600
        os.utime(path, (before, before))
    yield
    for path, content in kept.items():
        path.write_bytes(content)
    (desk.own / "records" / "answers.json").unlink(missing_ok=True)
