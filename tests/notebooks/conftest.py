"""Runs a notebook from the top and compares what it prints and shows with what is stored in it."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

CELL_SECONDS = 60  # nbval's own limit is 2,000 s, and a dead kernel waits it out
NOTEBOOK_SECONDS = 300
STARTS = 3  # two kernels that start at once may choose the same port, and one of them dies
NO_KERNEL = "Kernel died before replying to kernel_info"
# pytest, without a package that jsonschema would import in two seconds to check addresses.
PYTEST = """
import sys
sys.modules["rfc3987_syntax"] = None
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""


@pytest.fixture
def compare(kernel_environment):
    """A function: run a notebook with nbval; returns its exit code and its report."""

    def run(path, sanitize="figures.cfg"):
        for _ in range(STARTS):
            code, report = once(path, sanitize)
            if NO_KERNEL not in report:
                break
        return code, report

    def once(path, sanitize):
        options = ["-p", "nbval.plugin", "--nbval", "--nbval-current-env"]
        options += [f"--nbval-cell-timeout={CELL_SECONDS}"]
        options += [f"--nbval-sanitize-with={Path(__file__).with_name(sanitize)}"]
        options += ["-p", "no:cacheprovider", "--tb=short", "-q", "--color=no"]
        result = subprocess.run(
            [sys.executable, "-c", PYTEST, *options, f"--rootdir={path.parent}", path.name],
            cwd=path.parent,
            env=kernel_environment | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=NOTEBOOK_SECONDS,
        )
        return result.returncode, result.stdout

    return run


@pytest.fixture
def run_notebook(compare):
    """A function: fail, with nbval's report, unless every code cell gives its stored outputs."""

    def run(path, sanitize="figures.cfg"):
        code, report = compare(path, sanitize)
        if code:
            pytest.fail(f"{path.name} does not give its stored outputs:\n{report[-6000:]}", False)
        if f"{len(code_cells(path))} passed" not in report:
            pytest.fail(f"{path.name} has cells that a marker keeps from being compared.", False)

    return run


def code_cells(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
