"""What every test may ask for: the root, copies of the course, programs that are not Python's."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

# Before NumPy, TensorFlow and matplotlib are imported: one thread for matrix products, no log
# noise, no windows.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("MPLBACKEND", "Agg")

# Nothing of a test is kept among the learner's own records, unless the test says where.
os.environ["COURSE_FOLDER"] = ""

# A check that stumbles is heard here; in a learner's notebook it says what it knows all the same.
os.environ["COURSE_STRICT"] = "1"

import hypothesis
import pytest

# Other tests run at the same time, so that the time of one example says nothing.
hypothesis.settings.register_profile("course", deadline=None)
hypothesis.settings.load_profile("course")

pytest_plugins = ["choosing", "proofs"]

# A shell lets what it starts in the background ignore Ctrl+C, which some tests press.
signal.signal(signal.SIGINT, signal.default_int_handler)

# jsonschema would import it, only to check addresses that no notebook has: that takes every process
# that reads a notebook two seconds.
sys.modules.setdefault("rfc3987_syntax", None)

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM_OPTIONS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def copy_course():
    """A function: copy the course's notebooks, to run them without a trace in the checkout."""

    def copy(target):
        leave = shutil.ignore_patterns(".ipynb_checkpoints", "progress.json*", "figures.json*")
        for folder in ("notebooks", "solutions", "exercises"):
            shutil.copytree(ROOT / folder, target / folder, ignore=leave)
        mark = target / "my_course" / ".course" / "own-folder.txt"  # its records are its own
        mark.parent.mkdir(parents=True)
        mark.touch()
        return target

    return copy


@pytest.fixture
def course_copy(copy_course, tmp_path):
    return copy_course(tmp_path / "course")


@pytest.fixture(scope="session")
def kernel_environment(tmp_path_factory):
    """Variables for a process that starts kernels: nothing of the user's settings, no test's."""
    home = tmp_path_factory.mktemp("jupyter")
    ours = ("PYTEST_", "JUPYTER", "IPYTHON", "MPLBACKEND", "COURSE_FOLDER")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    folders = {
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
    }
    for folder in folders.values():
        folder.mkdir()
    return kept | {name: str(folder) for name, folder in folders.items()}


def missing(what, package):
    """Skip where a learner's machine lacks a program; fail where everything has to be there."""
    reason = f"{what}; Debian's package: {package}"
    if os.environ.get("COURSE_REQUIRE_ALL"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium():
    """The path of a Chromium or Chrome."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    return found or missing("no Chromium or Chrome on the PATH", "chromium")


@pytest.fixture(scope="session")
def bubblewrap():
    """The path of a bubblewrap that works here; some systems forbid its namespaces."""
    found = shutil.which("bwrap")
    if found is None:
        missing("no bwrap on the PATH", "bubblewrap")
    trial = [found, "--ro-bind", "/", "/", "--unshare-all", "true"]
    if subprocess.run(trial, capture_output=True).returncode:
        missing("bwrap can't make a sandbox on this system", "bubblewrap")
    return found


@pytest.fixture(scope="session")
def tracked_files():
    """The paths of all files under version control, relative to the root."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        missing("no git repository here (a zip download?)", "git")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [Path(name) for name in listed.stdout.decode().split("\0") if name]


@pytest.fixture(scope="session")
def lab(kernel_environment, tmp_path_factory):
    """A JupyterLab server of its own: its address, and the folder that it serves."""
    folder = tmp_path_factory.mktemp("lab")
    # As start.py does: a question about news would cover a corner. And cells out of sight have to
    # be drawn all the same.
    write_json(
        Path(kernel_environment["JUPYTER_CONFIG_DIR"]) / "labconfig" / "page_config.json",
        {
            "buildAvailable": False,
            "buildCheck": False,
            "disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True},
        },
    )
    write_json(
        Path(kernel_environment["JUPYTERLAB_SETTINGS_DIR"])
        / "@jupyterlab/notebook-extension/tracker.jupyterlab-settings",
        {"windowingMode": "none"},
    )
    port = free_port()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1"]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    command += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]
    command += ["--LabApp.expose_app_in_browser=True"]
    command += ["--JupyterNotebookApp.expose_app_in_browser=True"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    with open(folder / "server.log", "w") as log:
        server = subprocess.Popen(command, env=kernel_environment, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/lab", server, folder / "server.log")
        yield address, folder
        left = [path.parent.name for path in folder.glob("*/notebooks")]
        assert os.name == "nt" or not left, f"copies of the course that nobody removed: {left}"
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:  # a busy machine; nothing of it is needed any more
            server.kill()


def write_json(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address, server, log, seconds=180):
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-3000:]}", False)


@pytest.fixture(scope="session")
def find_free_port():
    """A function: a port that nothing listens on."""
    return free_port


@pytest.fixture(scope="session")
def wait_until_up():
    """A function: wait until an address answers; fails with the log of its server."""
    return wait_for


@pytest.fixture(scope="session")
def browser(chromium):
    """One Chromium for all tests of a process; Playwright can't be started in it a second time."""
    from playwright.sync_api import sync_playwright

    # Chromium's own sandbox does not work for root; the pages here are the course's own.
    options = [*CHROMIUM_OPTIONS, "--no-sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        yield browser
        browser.close()
