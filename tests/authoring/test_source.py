"""A solution notebook is read: tags, headings, blanks, planted bugs, messages."""

import textwrap

import pytest

from course_utils.authoring.source import blank, without_markers


def dedent(text):
    return textwrap.dedent(text).strip("\n")


FUNCTION = dedent("""
    def f(x):
        y = 2
        ### BEGIN SOLUTION
        if x:
            return y
        ### END SOLUTION
        return 0
""")
VALUES = dedent("""
    ### BEGIN SOLUTION
    a, b = 1, 2
    for c in range(3):
        pass
    ### END SOLUTION
""")
PLANTED = dedent("""
    def f(x):
        ### BEGIN SOLUTION
        for v in x:
            yield 2 * v
        ### PLANTED BUG
        # for v in x:
        #     return 2 * v  # here?
        #
        ### END SOLUTION
""")


def test_a_block_becomes_one_line_in_its_indentation():
    assert blank(FUNCTION) == dedent("""
        def f(x):
            y = 2
            ...  # your code here
            return 0
    """)


def test_a_block_of_values_leaves_each_name():
    assert blank(VALUES, ("b", "c", "d")) == dedent("""
        b = ...  # your code here
        c = ...  # your code here
    """)


def test_a_planted_bug_is_what_the_learner_gets():
    assert blank(PLANTED) == "def f(x):\n    for v in x:\n        return 2 * v  # here?\n    "


def test_the_answer_is_shown_without_marks_and_bugs():
    assert without_markers(FUNCTION) == FUNCTION.replace("    ### BEGIN SOLUTION\n", "").replace(
        "    ### END SOLUTION\n", ""
    )
    assert without_markers(PLANTED) == "def f(x):\n    for v in x:\n        yield 2 * v"


def test_heading_says_number_names_points_minutes_and_stars(read_draft, draft):
    draft.heading = "### 12.10 `W`, `b_1` and `f` · 1.5 points · 12 min · ★★☆"
    draft.options = "W b_1 f"
    draft.wrong = [("Wrong.", f"W = b_1 = f = {n}") for n in range(3)]
    draft.right = ["W = b_1 = f = 4", "W = b_1 = f = 2 * 2"]
    (question,) = read_draft(draft).questions
    assert (question.number, question.names) == ("12.10", ("W", "b_1", "f"))
    assert (question.points, question.minutes, question.difficulty) == (1.5, 12, 2)


def test_options_of_the_probes(read_draft, draft):
    draft.options = "double --seconds 20 --forbid numpy.linalg scipy"
    (question,) = read_draft(draft).questions
    assert (question.seconds, question.forbidden) == (20.0, ("numpy.linalg", "scipy"))


def test_title_is_the_first_heading(read_draft, draft):
    assert read_draft(draft).title == "01 Doubling"


@pytest.mark.parametrize("as_list", [True, False])
def test_source_may_be_text_or_lines(write, draft, as_list):
    from course_utils.authoring.source import read

    notebook = draft.notebook()
    if as_list:
        for cell in notebook["cells"]:
            cell["source"] = cell["source"].splitlines(keepends=True)
    assert read(write(notebook)).questions[0].name == "double"
