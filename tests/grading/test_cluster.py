"""A class graded on a cluster: the marks of one machine, also when a machine is lost on the way."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from course_utils.checking.data.question import load

ROOT = Path(__file__).resolve().parents[2]
NAME = "02_activation_functions"
COURSE = [sys.executable, "-c", "from course_utils.cli import main; main()"]
DASK = [sys.executable, "-m", "dask"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
CHECKS = load(ROOT / "exercises/checks" / f"{NAME}.json")


def hand_in(folder, name, **answers):
    notebook = json.loads((ROOT / f"exercises/{NAME}.ipynb").read_text(encoding="utf-8"))
    answers = {q.answer_id: answers.get(q.name, q.answer) for q in CHECKS.questions}
    for cell in notebook["cells"]:
        cell["source"] = answers.get(cell["id"], cell["source"])
    (folder / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    folder = tmp_path_factory.mktemp("submissions")
    slow = "import time\ntime.sleep(0.5)\ndef relu(z):\n    return "
    for i in range(8):
        hand_in(folder, f"right{i}", relu=f"{slow}np.maximum(z, 0)")
        hand_in(folder, f"wrong{i}", relu=f"{slow}np.abs(z)")
    hand_in(folder, "crash", relu="import os\nos._exit(3)")
    (folder / "no_notebook.ipynb").write_text("{}")
    return folder


@contextlib.contextmanager
def running(command):
    process = subprocess.Popen(
        command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def cluster(bubblewrap, tmp_path):
    """The address of a scheduler on this machine, and its two workers."""
    about = tmp_path / "scheduler.json"
    scheduler = [*DASK, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    with contextlib.ExitStack() as stack:
        stack.enter_context(running([*scheduler, "--scheduler-file", about]))
        until = time.monotonic() + 60
        while not about.exists():
            assert time.monotonic() < until
            time.sleep(0.1)
        time.sleep(0.5)
        address = json.loads(about.read_text())["address"]
        worker = [*DASK, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        workers = [
            stack.enter_context(running([*worker, "--local-directory", tmp_path / str(i)]))
            for i in range(2)
        ]
        yield address, workers


def grade(*words):
    return [*COURSE, "grade", *map(str, words), "--seed", "5"]


def marks(folder):
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    kept = ("name", "score", "verdict", "message")
    return {r["submission"]: [[q[key] for key in kept] for q in r["questions"]] for r in results}


def run(*words):
    return subprocess.run(grade(*words), cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True)


def test_cluster_gives_the_marks_of_one_machine_also_when_it_loses_a_worker(
    cluster, handed_in, tmp_path
):
    address, workers = cluster
    alone = run(handed_in, "-o", tmp_path / "alone")
    assert alone.returncode == 0, alone.stderr
    out = tmp_path / "together"
    command = grade(handed_in, "-o", out, "--cluster", address)
    with subprocess.Popen(
        command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as batch:
        until = time.monotonic() + 120
        while done(out) < 3 and time.monotonic() < until:
            time.sleep(0.02)
        below = descendants(workers[0].pid)
        workers[0].send_signal(signal.SIGKILL)
        assert 3 <= done(out) < 18  # it is lost while it works
        _, errors = batch.communicate(timeout=300)
    assert batch.returncode == 0, errors
    assert below  # it had a sandbox
    assert gone(below)
    assert marks(out) == marks(tmp_path / "alone")
    results = json.loads((out / "results.json").read_text())
    tiers = {r["submission"]: r["sandbox"] for r in results}
    assert tiers.pop("no_notebook") == "cluster"  # of this one nothing was run
    assert set(tiers.values()) == {"bubblewrap"}


def done(folder):
    with contextlib.suppress(OSError):
        return len((folder / "journal.jsonl").read_bytes().splitlines()) - 1
    return 0


def descendants(pid):
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text().rsplit(")", 1)[1].split()[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def gone(pids):
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "no://where", "tcp://[::1"])
def test_address_without_a_scheduler_gets_one_sentence(handed_in, tmp_path, address):
    tried = run(handed_in, "-o", tmp_path / "marks", "--cluster", address)
    assert tried.returncode == 1
    assert f"There is no scheduler at {address}" in tried.stderr
    assert "dask scheduler" in tried.stderr
    assert "Traceback" not in tried.stderr
    assert not (tmp_path / "marks").exists()
