"""Every lesson and every exercise runs in JupyterLab without an error, on the page or behind it."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = [
    path.relative_to(ROOT).as_posix()
    for folder in ("notebooks", "exercises")
    for path in sorted((ROOT / folder).glob("*.ipynb"))
]


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_runs_without_an_error(path, open_notebook, page):
    notebook = open_notebook(path)
    notebook.run_all()
    code = [cell for cell in notebook.cells() if cell["type"] == "code"]
    outputs = [output for cell in code for output in cell["outputs"]]
    assert [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"] == []
    assert [cell["source"] for cell in code if cell["count"] is None] == []
    notebook.screenshot(path.replace("/", "-").removesuffix(".ipynb"))
    assert page.errors == []


def test_errors_of_a_page_are_seen(page):
    page.goto("about:blank")
    page.evaluate("console.error('said'); setTimeout(() => { throw new Error('thrown') })")
    page.wait_for_timeout(100)
    assert ["said" in page.errors[0], "thrown" in page.errors[1]] == [True, True]
