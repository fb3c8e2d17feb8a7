"""Every benchmark still runs to its end: with --quick, and without a word on how fast."""

import os
import subprocess
import sys

import pytest

# What stands in the last rows that each prints.
BENCHMARKS = {
    "training.py": ([], ["ours / matrix products: ", "best Keras: "]),
    "lessons.py": ([], ["longest", "│ 00 "]),
    "check.py": ([], ["00_start_here", "05_gradients"]),
    "seeds.py": ([], ["lowest", "22 random rows, %"]),
    "explorables.py": ([], ["12 symptom to cause", "interact + Matplotlib: function and slope"]),
}


def test_every_benchmark_has_a_quick_form(root):
    files = sorted((root / "benchmarks").glob("*.py"))
    assert files
    for file in files:
        assert '"--quick"' in file.read_text(encoding="utf-8"), file.name


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_runs_to_its_end(name, root, tmp_path, kernel_environment):
    arguments, expected = BENCHMARKS[name]
    command = [sys.executable, root / "benchmarks" / name, "--quick", *arguments]
    environment = kernel_environment | {"COURSE_FOLDER": "", "PYTHONPATH": os.fspath(root)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", timeout=600
    )
    assert "Traceback" not in done.stderr, done.stderr
    if name != "check.py":  # which gives 1 where a wait was too long, as on a busy machine
        assert done.returncode == 0, done.stderr
    for words in expected:
        assert words in done.stdout
    assert "not right" not in done.stdout
    assert "not run" not in done.stdout
