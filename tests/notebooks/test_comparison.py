"""The comparison of notebooks must be able to fail: each fault here is one that it has to see."""

import subprocess

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

FIGURE = '<img alt="{}" src="data:image/png;base64,{}">'
SHOW = "from IPython.display import HTML, display\ndisplay(HTML('{}'))"


def code(source, *outputs, count=1):
    return new_code_cell(source, outputs=list(outputs), execution_count=count)


def printed(text):
    return new_output("stream", name="stdout", text=text)


def shown(html):
    data = {"text/plain": "<IPython.core.display.HTML object>", "text/html": html}
    return new_output("display_data", data)


@pytest.fixture
def notebook(tmp_path):
    """A function: write cells as a notebook, and return its path."""

    def write(*cells):
        path = tmp_path / "small.ipynb"
        nbformat.write(new_notebook(cells=list(cells)), path)
        return path

    return write


@pytest.mark.parametrize(("deaths", "runs", "passes"), [(1, 2, True), (9, 3, False)])
def test_a_kernel_that_dies_as_it_begins_is_started_again(
    notebook, compare, monkeypatch, deaths, runs, passes
):
    done = []

    def run(*_, **__):
        done.append(len(done) < deaths)
        report = "RuntimeError: Kernel died before replying to kernel_info" if done[-1] else ""
        return subprocess.CompletedProcess([], int(done[-1]), report)

    monkeypatch.setattr(subprocess, "run", run)
    code, report = compare(notebook())
    assert (len(done), code == 0, not report) == (runs, passes, passes)


def test_equal_outputs_and_other_pixels_pass(notebook, run_notebook):
    figure = SHOW.format(FIGURE.format("a line", "AAAA"))
    same = shown(FIGURE.format("a line", "BBBB"))
    run_notebook(notebook(code("print(1 + 1)", printed("2\n")), code(figure, same)))


def test_every_difference_fails(notebook, compare):
    figure = SHOW.format(FIGURE.format("a line", "AAAA"))
    faults = {
        "other text": code("print(1 + 1)", printed("3\n")),
        "no output stored": code("print(1 + 1)"),
        "raises": code("1 / 0", count=None),
        "other alternative text": code(figure, shown(FIGURE.format("a curve", "AAAA"))),
        "noise": code("import sys; print('noise', file=sys.stderr)"),
    }
    _, report = compare(notebook(*faults.values()))
    failed = [i for i in range(len(faults)) if f"FAILED small.ipynb::Cell {i}" in report]
    assert failed == list(range(len(faults))), report


def test_a_skipped_cell_fails(notebook, run_notebook):
    with pytest.raises(pytest.fail.Exception, match="a marker keeps from being compared"):
        run_notebook(notebook(code("x = 2"), code("# NBVAL_SKIP\nprint(1)", printed("1\n"))))
