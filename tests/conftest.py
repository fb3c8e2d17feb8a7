"""What every test may ask for: the root, copies of the course, programs that are not Python's."""

import os
import shutil
import subprocess
from pathlib import Path

# Before NumPy, TensorFlow and matplotlib are imported: one thread for matrix products, no log
# noise, no windows.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("MPLBACKEND", "Agg")

import hypothesis
import pytest

# Other tests run at the same time, so that the time of one example says nothing.
hypothesis.settings.register_profile("course", deadline=None)
hypothesis.settings.load_profile("course")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture
def course_copy(tmp_path):
    """A copy of the notebooks, solutions and exercises, to run without a trace in the checkout."""
    return copy_course(tmp_path / "course")


def copy_course(target):
    leave = shutil.ignore_patterns(".ipynb_checkpoints", "progress.json*")
    for folder in ("notebooks", "solutions", "exercises"):
        shutil.copytree(ROOT / folder, target / folder, ignore=leave)
    return target


@pytest.fixture(scope="session")
def kernel_environment(tmp_path_factory):
    """Variables for a process that starts kernels: nothing of the user's settings, no test's."""
    home = tmp_path_factory.mktemp("jupyter")
    ours = ("PYTEST_", "JUPYTER", "IPYTHON", "MPLBACKEND")
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
