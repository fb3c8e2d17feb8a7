"""Which sandbox is chosen, what is said where there is none, and that root isn't needed."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from course_utils.grading.doctor import findings
from course_utils.grading.sandbox import tiers as sandboxes
from course_utils.grading.sandbox.tiers import NoSandbox, Sandbox, choose

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "exercises/02_activation_functions.ipynb"


@pytest.fixture
def without_bubblewrap(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def without_sandlock(monkeypatch):
    monkeypatch.setitem(sys.modules, "sandlock", None)


def test_landlock_is_taken_where_bubblewrap_is_missing(sandlock, without_bubblewrap):
    assert choose().tier == "landlock"


def test_landlock_is_taken_where_bubblewrap_can_make_no_namespaces(sandlock, monkeypatch):
    monkeypatch.setattr(sandboxes, "_bubblewrap", lambda: ["false"])
    assert choose().tier == "landlock"


def test_bubblewrap_that_cannot_keep_siblings_apart_is_not_taken(bubblewrap, monkeypatch):
    whole = sandboxes._bubblewrap()
    monkeypatch.setattr(sandboxes, "_bubblewrap", lambda: [*whole, "setpriv", "--no-new-privs"])
    assert isinstance(sandboxes.bubblewrap(), Sandbox)
    monkeypatch.setattr(sandboxes, "_bubblewrap", lambda: [*whole, *namespaces_forbidden()])
    assert "user namespaces" in sandboxes.bubblewrap()


def namespaces_forbidden():
    """A command before another's that leaves it no right to make namespaces."""
    filter_first = (
        "import os, sys\nfrom course_utils.grading.sandbox import syscalls\n"
        "syscalls.NO_PROCESS = {}\ndel syscalls.REFUSED['execve']\n"
        "syscalls.CLONE = syscalls.UNKNOWN['clone3'] = (-1 & 0xffffffff,) * 2\nsyscalls.forbid()\n"
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    return [sys.executable, "-c", filter_first]


def test_refusal_names_what_is_missing_and_how_to_get_it(without_bubblewrap, without_sandlock):
    with pytest.raises(NoSandbox) as caught:
        choose()
    for words in ("apt install bubblewrap", "pip install sandlock", "--allow-unsafe"):
        assert words in str(caught.value)
    assert choose(allow_unsafe=True).tier == "none"
    (found,) = [finding for finding in findings() if finding.name == "sandbox"]
    assert not found.fine
    assert "apt install bubblewrap" in found.text


@pytest.mark.skipif(sys.platform != "linux", reason="sandboxes exist on Linux only")
def test_old_kernel_is_told_from_a_missing_package(without_bubblewrap, monkeypatch):
    monkeypatch.setattr("sandlock.landlock_abi_version", lambda: 4)
    with pytest.raises(NoSandbox, match=r"The kernel has Landlock 4; .* Linux 6\.12"):
        choose()


AS_NOBODY = """
set -e
python=$1; shift
mkdir -p "$1/python"; mount --bind "$python" "$1/python"
mount -t tmpfs -o mode=755 tmpfs "$HOME"
mkdir -p "$python"; mount --bind "$1/python" "$python"
umount "$1/python"; out=$1; shift
HOME=$out exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
"""


@pytest.fixture
def open_folder():
    """A folder that any user may write in; those of pytest are closed to others."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o777)
        yield Path(folder)


def test_root_is_not_needed(sandbox, open_folder):
    if os.geteuid() != 0:
        pytest.skip("every other test of the grader runs without root here")
    if any(Path(place).is_relative_to(Path.home()) for place in (ROOT, sys.prefix)):
        pytest.skip("the course stands in root's own folder, which no other user may enter")
    assert all(map(shutil.which, ("setpriv", "unshare"))), "Debian's package: util-linux"
    # Root's home, in which Python may stand, is closed to others: here it is empty but for Python.
    no_bubblewrap = f"os.environ['PATH'] = {str(open_folder)!r}"
    choice = {"bubblewrap": "sys.modules['sandlock'] = None", "landlock": no_bubblewrap}
    start = f"import os, sys; {choice[sandbox.tier]}; from course_utils.cli import main; main()"
    marks = open_folder / "marks"
    grade = [sys.executable, "-c", start, "grade", NOTEBOOK, "-o", marks, "--seed", "1"]
    shell = ["unshare", "-m", "bash", "-c", AS_NOBODY, "-", sys.base_prefix, open_folder, *grade]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(Path.home())}
    run = subprocess.run(shell, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    (result,) = json.loads((marks / "results.json").read_text())
    assert result["sandbox"] == sandbox.tier
    assert {q["verdict"] for q in result["questions"]} == {"not attempted"}
    assert (marks / "results.json").stat().st_uid == 65534
