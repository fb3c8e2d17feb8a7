"""What a notebook's predictions and quizzes must have before it is run."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.authoring.prompt_cells import prompt_faults

FOLDED = {"jupyter": {"source_hidden": True}, "tags": ["predict"]}
HIDDEN = {"jupyter": {"outputs_hidden": True}}
ASK = ("%%predict bent number\nHow many?", FOLDED)
ANSWER = ('x = 342\ncompare("bent", x)', HIDDEN)


def faults(*cells):
    notebook = new_notebook(cells=[new_code_cell(s, metadata=dict(m)) for s, m in cells])
    return "\n".join(prompt_faults(notebook))


def test_a_prediction_with_its_result_hidden_below_is_well():
    assert faults(ASK, ("x = 342", HIDDEN), ANSWER, ("print(x)", {})) == ""


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ([ASK, ("print(342)", {}), ANSWER], "shows its result before it is run"),
        ([ASK, (ANSWER[0], {})], "shows its result before it is run"),
        ([ASK, ANSWER, (ANSWER[0], {})], "compares and is not hidden"),
        ([ASK], "no cell below holds `compare('bent', ...)`"),
        ([ANSWER], "which no cell above asks"),
        ([ASK, ANSWER, ASK], "is asked in cell 1 already"),
        ([(ASK[0], {"tags": ["predict"]}), ANSWER], "shows its notation"),
        ([(ASK[0], HIDDEN), ANSWER], "needs the tag `predict`"),
        ([("%%predict bent\nHow many?", FOLDED)], "cell 1"),
    ],
)
def test_what_is_missing_is_named(cells, sentence):
    assert sentence in faults(*cells)
