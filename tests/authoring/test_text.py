"""A notebook and its text hold the same, whichever of the two is edited, and lose nothing."""

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils.authoring.pairing import Pair, agree, notebook_bytes, pairs, settle
from course_utils.authoring.source import AuthoringError
from course_utils.authoring.text import FRONT, content, from_text, to_text

MARKDOWN = new_markdown_cell("# 02 Title\n\nProse with $z = x W$.", id="intro")
CODE = new_code_cell(
    "%%misconception relu\n'''Why?'''\ndef relu(z):\n    return z\n\n\nx = 1",
    id="relu-misconception",
    metadata={"tags": ["misconception"]},
    outputs=[new_output("stream", name="stdout", text="1\n")],
    execution_count=1,
)
HIDDEN = new_code_cell("2", id="hidden", metadata={"jupyter": {"outputs_hidden": True}})


@pytest.fixture
def pair(tmp_path):
    """A notebook of three cells that agrees with its text."""
    path = tmp_path / "notebooks" / "02_topic.ipynb"
    path.parent.mkdir()
    nbformat.write(new_notebook(cells=[MARKDOWN, CODE, HIDDEN]), path)
    settle(Pair(path))
    return Pair(path)


def change(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_every_lesson_and_solution_agrees_with_its_text(root):
    paths = pairs(root)
    assert len(paths) >= 28
    assert [path.stem for path in paths if not agree(Pair(path))] == [], "run `course text`"


def test_text_holds_prose_tags_ids_magics_and_folds_and_no_output(pair):
    text = pair.text.read_text("utf-8")
    for part in ("Prose with $z = x W$.", "%%misconception relu", "misconception]", "intro"):
        assert part in text
    assert "outputs_hidden: true" in text
    assert '"1' not in text


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)
LINES = st.lists(WORDS | st.sampled_from(["", "```", "%%probes a", "# b", "- c", "    d", "---"]))


@settings(max_examples=60)
@given(st.lists(st.tuples(st.booleans(), LINES, st.sampled_from(["hint", "answer", ""]))))
def test_whatever_stands_in_a_cell_comes_back_or_is_refused(cells):
    made = []
    for i, (is_code, lines, tag) in enumerate(cells):
        make = new_code_cell if is_code else new_markdown_cell
        metadata = {"tags": [tag]} if tag else {}
        made.append(make("\n".join(lines), id=f"c{i}", metadata=metadata))
    notebook = new_notebook(cells=made)
    try:
        text = to_text(notebook)
    except AuthoringError:
        return
    assert content(from_text(text)) == content(notebook)
    assert to_text(from_text(text)) == text


def test_a_changed_text_changes_the_notebook_and_keeps_the_other_outputs(pair):
    change(pair.text, "Prose", "Better prose")
    done = settle(pair)
    notebook = nbformat.read(pair.notebook, 4)
    assert (done.wrote, notebook.cells[0].source.splitlines()[-1][:12]) == (
        "notebook",
        "Better prose",
    )
    assert notebook.cells[1].outputs == CODE.outputs
    change(pair.text, "return z", "return 2 * z")
    assert settle(pair).unrun == 2  # the changed one, and the one that never ran
    assert nbformat.read(pair.notebook, 4).cells[1].outputs == []


def test_a_notebook_saved_by_jupyterlab_changes_the_text_by_what_was_edited(pair):
    before = pair.text.read_text("utf-8")
    notebook = nbformat.read(pair.notebook, 4)
    notebook.cells[0].source += " More."
    notebook.cells[1].metadata |= {"editable": True, "slideshow": {"slide_type": ""}}
    notebook.cells[1].metadata["execution"] = {"iopub.status.busy": "2026"}
    notebook.cells[2].metadata.pop("jupyter")  # JupyterLab opens what is run
    notebook.metadata.kernelspec = {"display_name": "Python 3 (ipykernel)", "name": "python3"}
    nbformat.write(notebook, pair.notebook)
    settle(pair)
    assert pair.text.read_text("utf-8") == before.replace("$z = x W$.", "$z = x W$. More.")
    assert nbformat.read(pair.notebook, 4).metadata.kernelspec.display_name == "Python 3"
    assert agree(pair)


def test_both_changed_is_refused_and_nothing_is_written(pair):
    change(pair.text, "Prose", "Text's prose")
    change(pair.notebook, "Prose", "Notebook's prose")
    before = pair.text.read_bytes(), pair.notebook.read_bytes()
    with pytest.raises(AuthoringError, match=r"both .* changed \(cells intro\).*--from text"):
        settle(pair)
    assert (pair.text.read_bytes(), pair.notebook.read_bytes()) == before
    settle(pair, "notebook")
    assert "Notebook's prose" in pair.text.read_text("utf-8")


def test_a_merge_that_broke_the_notebook_is_mended_from_the_text(pair):
    pair.notebook.write_text("<<<<<<< HEAD\n{", encoding="utf-8")
    with pytest.raises(AuthoringError, match="--from text"):
        settle(pair)
    settle(pair, "text")
    assert agree(pair)


def test_marks_of_a_merge_in_the_text_are_refused_with_their_line(pair):
    text = pair.text.read_text("utf-8")
    pair.text.write_text(text + "\n<<<<<<< HEAD\nA\n=======\nB\n>>>>>>> b\n", encoding="utf-8")
    with pytest.raises(AuthoringError, match=f"line {text.count(chr(10)) + 2} holds a mark"):
        settle(pair)


def test_new_cells_get_ids_that_say_where_they_stand_and_keep_them():
    text = FRONT + "\n## 2.1 `leaky_relu` · 1 point\n\n```{code-cell}\n:tags: [answer]\n1\n```\n\n"
    text += "```{code-cell}\n:id: twice\n2\n```\n\n```{code-cell}\n:id: twice\n3\n```\n"
    notebook = from_text(text)
    names = ["leaky-relu-question", "leaky-relu-answer", "twice", "leaky-relu-code"]
    assert [cell.id for cell in notebook.cells] == names
    assert [cell.id for cell in from_text(to_text(notebook)).cells] == names


def test_a_cell_that_text_cannot_hold_is_named():
    notebook = new_notebook(cells=[new_markdown_cell("one\n\n+++\n\ntwo", id="split")])
    with pytest.raises(AuthoringError, match=r"cell 1 \(split\) would come back"):
        to_text(notebook)


def test_settling_twice_writes_once(pair):
    stored = pair.notebook.read_bytes()
    assert settle(pair).wrote == ""
    assert pair.notebook.read_bytes() == stored
    assert notebook_bytes(nbformat.read(pair.notebook, 4)).encode() == stored
