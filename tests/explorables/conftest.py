"""A browser for the explorables: their pages from disk without a network, and a real JupyterLab."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest

from course_utils.explorables import gallery
from course_utils.explorables.form import bundle

QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)


@pytest.fixture(scope="session")
def browser(chromium):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """The folder of the built gallery."""
    folder = tmp_path_factory.mktemp("gallery")
    gallery.build(folder)
    return folder


@pytest.fixture
def open_page(browser, pages):
    """open_page(name, **context) opens an explorable from disk, offline; errors fail the test."""
    contexts, errors = [], []

    def open_page(name, width=1000, height=800, **options):
        viewport = {"width": width, "height": height}
        context = browser.new_context(offline=True, viewport=viewport, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.goto((pages / f"{name}.html").as_uri())
        if name != "index":
            page.wait_for_selector(".xp svg[role=img]")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


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
            [bundle(name), expression, argument],
        )

    yield module
    page.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """(address, folder) of a JupyterLab that serves a folder of its own."""
    folder = tmp_path_factory.mktemp("lab")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if k != "MPLBACKEND"} | {
        "JUPYTER_RUNTIME_DIR": str(folder / ".runtime"),
        "JUPYTER_CONFIG_DIR": str(folder / ".config"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / ".workspaces"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / ".settings"),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    settings = folder / ".config" / "labconfig"
    settings.mkdir(parents=True)
    toasts = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (settings / "page_config.json").write_text(json.dumps(toasts))
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        *("--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"),
        "--LabApp.expose_app_in_browser=True",
    ]
    with open(folder / "server.log", "w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, server)
        yield address, folder
    finally:
        server.terminate()
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            server.kill()


def wait_for(address, server):
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{address}/api", timeout=2)
            return
        except OSError:
            assert server.poll() is None, "JupyterLab stopped while starting"
            time.sleep(0.25)
    raise AssertionError("JupyterLab did not answer in 30 s")


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
