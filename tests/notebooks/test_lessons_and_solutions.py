"""Every lesson and every solution runs from the top and gives exactly its stored outputs."""

from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
STORED = [
    path.relative_to(ROOT).as_posix()
    for folder in ("notebooks", "solutions")
    for path in sorted((ROOT / folder).glob("*.ipynb"))
]


@pytest.mark.parametrize("notebook", STORED)
def test_gives_its_stored_outputs(notebook, course_copy, run_notebook):
    run_notebook(course_copy / notebook)


@pytest.mark.parametrize("notebook", STORED)
def test_every_code_cell_was_run_once_in_order(notebook, root):
    """nbval does not compare a cell that has no execution count."""
    cells = nbformat.read(root / notebook, as_version=4).cells
    counts = [cell.execution_count for cell in cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("notebook", STORED)
def test_stored_outputs_hold_no_error_and_nothing_from_stderr(notebook, root):
    cells = nbformat.read(root / notebook, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"] == []
