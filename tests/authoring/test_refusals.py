"""The builder refuses what isn't proven; each message names question, cell and what to do."""

import numpy as np
import pytest

from course_utils.authoring.new import CURRICULUM
from course_utils.authoring.source import AuthoringError

QUESTION = "`double`, cell "


def refused(build_draft, draft, *words):
    with pytest.raises(AuthoringError) as caught:
        build_draft(draft)
    message = str(caught.value)
    for word in words:
        assert word in message, message
    return caught.value.messages


def test_a_sound_question_is_built(build_draft, draft):
    built = build_draft(draft)
    assert (built.state, built.message, built.warnings) == ("built", "1 question", ())


def test_planted_bug_that_is_a_slip_the_engine_knows_is_built(build_draft, draft):
    draft.answer = """
        def double(x):
            ### BEGIN SOLUTION
            return np.stack([x, x]).sum(axis=0)
            ### PLANTED BUG
            # return np.stack([x, x]).sum(axis=1)
            ### END SOLUTION
        """
    built = build_draft(draft)
    assert (built.state, built.message) == ("built", "1 question")


def test_solution_that_raises_in_its_probes(build_draft, draft):
    draft.probes = "double(3.0)\ndouble(None)"
    refused(build_draft, draft, QUESTION, "(probes)", "`double(None)` raises TypeError")


def test_solution_that_fails_its_own_judge(build_draft, draft):
    draft.probes = "double(3.0)\nat_least(double(3.0), 7)"
    words = "(answer): the solution doesn't pass its own probes: Your result is 6; at least 7"
    refused(build_draft, draft, QUESTION, words)


def test_solution_that_is_not_there(build_draft, draft):
    draft.answer = draft.answer.replace("def double", "def twice")
    words = "(answer): the heading promises `double`; the answer doesn't define it"
    refused(build_draft, draft, QUESTION, words)


def test_answer_cell_that_does_not_run(build_draft, draft):
    draft.answer = "1 / 0"
    refused(build_draft, draft, "01_doubling, cell 5 (answer): raised ZeroDivisionError")


def test_misconception_that_passes(build_draft, draft):
    draft.wrong[1] = ("You doubled.", "def double(x):\n    return x + x")
    words = "(misconception): this misconception passes every probe. Add a probe"
    refused(build_draft, draft, QUESTION + "13", words)


def test_misconception_that_equals_another(build_draft, draft):
    draft.wrong[2] = ("You squared, too.", "def double(x):\n    return x**2")
    words = "gives the same values as cell 12 (misconception)"
    refused(build_draft, draft, QUESTION + "14", words, "Add a probe on which they differ")


def test_misconception_that_is_another_each_time(build_draft, draft):
    guess = "def double(x):\n    return x * np.random.default_rng().random()"
    draft.wrong[0] = ("You guessed.", guess)
    refused(build_draft, draft, QUESTION + "12", "is taken for", "the same values each time?")


def test_misconception_that_does_not_run(build_draft, draft):
    draft.wrong[0] = ("You divided.", "double = 1 / 0")
    refused(build_draft, draft, QUESTION + "12", "raised ZeroDivisionError")


def test_misconception_that_defines_another_name(build_draft, draft):
    draft.wrong[0] = ("You squared.", "def square(x):\n    return x * x")
    refused(build_draft, draft, QUESTION + "12", "doesn't define `double`")


def test_misconception_that_is_the_starter(build_draft, draft):
    draft.wrong[0] = ("You wrote nothing.", "def double(x):\n    ...")
    refused(build_draft, draft, QUESTION + "12", "is the starter code itself")


def test_misconception_without_a_message(build_draft, draft):
    draft.wrong[0] = ("", "def double(x):\n    return x")
    refused(build_draft, draft, QUESTION + "12", "begin with a docstring")


def test_misconception_without_end(build_draft, draft):
    draft.options = "double --seconds 0.3"
    draft.wrong[0] = ("You looped.", "def double(x):\n    while True:\n        pass")
    refused(build_draft, draft, QUESTION + "12", "took longer than 0.3 seconds", "--seconds 20")


def test_alternative_that_is_rejected(build_draft, draft):
    draft.right[1] = "def double(x):\n    return x * 3"
    refused(build_draft, draft, QUESTION + "16", "this right answer is refused (incorrect:")


def test_alternative_that_does_not_run(build_draft, draft):
    draft.right[0] = "from nowhere import double"
    refused(build_draft, draft, QUESTION + "15", "raised ModuleNotFoundError")


def test_starter_that_passes(build_draft, draft):
    draft.answer = """
        def double(x):
            y = 2 * x
            ### BEGIN SOLUTION
            y = y + 0
            ### END SOLUTION
            return y
        """
    refused(build_draft, draft, QUESTION + "5", "the blanked starter passes every probe")


def test_starter_that_is_no_python(build_draft, draft):
    draft.answer = """
        def double(x):
            if x is None:
        ### BEGIN SOLUTION
                x = 0
        ### END SOLUTION
            return 2 * x
        """
    refused(build_draft, draft, QUESTION + "5", "isn't valid Python")


def test_starter_that_raises_before_it_is_called(build_draft, draft):
    draft.answer = """
        ### BEGIN SOLUTION
        def double(x):
            return 2 * x
        ### END SOLUTION
        six = double(3)
        """
    refused(build_draft, draft, QUESTION + "5", "the blanked starter")


def test_starter_that_lacks_the_name(build_draft, draft):
    draft.answer = """
        ### BEGIN SOLUTION
        def double(x):
            return 2 * x
        ### END SOLUTION
        """
    refused(build_draft, draft, QUESTION + "5", "the blanked starter doesn't define `double`")


def test_starter_without_a_blank(build_draft, draft):
    draft.answer = "def double(x):\n    return 2 * x"
    refused(build_draft, draft, QUESTION + "5", "nothing is blanked", "### BEGIN SOLUTION")


def test_starter_that_is_not_seen_to_be_untouched(build_draft, draft):
    draft.answer = """
        ### BEGIN SOLUTION
        right = 6.0
        ### END SOLUTION
        double = globals().pop("right", np.random.default_rng().random())
        """
    draft.probes = "double"
    draft.wrong = [(f"Not {n}.", f"double = {n}") for n in (1.0, 2.0, 3.0)]
    draft.right = ["double = 6", "double = 12 / 2"]
    refused(build_draft, draft, QUESTION + "5", "not reported as not attempted")


def test_probe_that_is_another_each_time(build_draft, draft):
    draft.probes = "double(3.0)\ndouble(np.random.rand())"
    refused(build_draft, draft, QUESTION + "11", "another value each time", "Seed it with `rng`")


def test_probe_that_is_no_python(build_draft, draft):
    draft.probes = "double(3.0\n"
    refused(build_draft, draft, QUESTION + "11", "line")


@pytest.mark.parametrize(
    ("probe", "words"),
    [
        (
            "gradient_of(double(x := np.ones(2)), lambda v: v @ v, x)",
            "raises NameError: name 'x' is not defined. It is evaluated apart from the expression, "
            "so a name given there with `:=` is not known; assign it on a line of its own.",
        ),
        ("gradient_of(double(3.0), lambda v: 1 / 0, 3.0)", "raises ZeroDivisionError"),
        ("at_least(double(3.0), least)", "name 'least' is not defined"),
    ],
)
def test_judge_whose_arguments_raise(build_draft, draft, probe, words):
    draft.probes = f"double(3.0)\n{probe}"
    where = f"(probes): `{probe}`: what follows the expression"
    refused(build_draft, draft, QUESTION + "11", where, words)


def test_helper_code_that_raises(build_draft, draft):
    draft.probes = "least = 1 / 0\ndouble(3.0)"
    refused(build_draft, draft, QUESTION + "11", "its helper code raises ZeroDivisionError")


def test_no_probe_at_all(build_draft, draft):
    draft.probes = "x = 3"
    refused(build_draft, draft, QUESTION + "11", "at least one expression")


def test_too_few_misconceptions(build_draft, draft):
    draft.wrong.pop()
    refused(build_draft, draft, QUESTION + "4", "at least 3 misconceptions are needed, here are 2")


def test_too_few_alternatives(build_draft, draft):
    draft.right.pop()
    refused(build_draft, draft, QUESTION + "4", "at least 2 alternatives are needed, here is 1")


def test_two_answers_or_none(build_draft, draft):
    draft.more = [c for c in draft.cells() if c["metadata"].get("tags") == ["answer"]]
    refused(build_draft, draft, "01_doubling.ipynb, `double`", "one cell with the tag `answer`")


def test_a_name_or_an_answers_id_asked_twice(build_draft, draft):
    draft.more = draft.cells()[3:]
    words = "cell 18 (answer): has the id of cell 5 (answer)"
    refused(build_draft, draft, "`double` is asked twice", "names of its own", words)


def test_heading_without_a_name(build_draft, draft):
    draft.heading = "### 1.1 Double it · 2 points"
    refused(build_draft, draft, "01_doubling.ipynb, cell 4 (question)", "in backticks")


def test_answer_before_any_question(build_draft, draft):
    draft.heading = "Just a sentence about `double`."
    refused(build_draft, draft, "cell 5 (answer): stands before any question")


def test_code_cell_without_a_tag(build_draft, draft):
    draft.more = [{"cell_type": "code", "metadata": {}, "source": "x = 1", "outputs": []}]
    refused(build_draft, draft, "cell 17 (code): a code cell without a tag", "`given`")


def markdown(source, *tags):
    return {"cell_type": "markdown", "metadata": {"tags": list(tags)}, "source": source}


def code(source, *tags):
    return {**markdown(source, *tags), "cell_type": "code", "outputs": []}


def named_apart(cells):
    return [{**cell, "id": f"second-{cell['id']}"} for cell in cells]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (markdown("For teachers: 2.", "explanaton"), "a Markdown cell with the tag explanaton"),
        (code("x = 1", "givn"), "a code cell with the tag givn"),
        (code("x = 1", "show", "hidden"), "a code cell with the tag hidden"),
        (code("x = 1", "show", "teacher"), "has the tags show and teacher; a cell is for one"),
        (
            markdown("double(x)", "answer"),
            "the tag `answer` is for a code cell, and this is a",
        ),
        (code("x = 1", "hint"), "the tag `hint` is for a Markdown cell, and this is a code cell"),
        (code("### BEGIN SOLUTION", "show"), "holds the line `### BEGIN SOLUTION`. Only a cell"),
        (code("### PLANTED BUG", "given"), "holds the line `### PLANTED BUG`. Only a cell"),
        (markdown("### END SOLUTION"), "holds the line `### END SOLUTION`. Only a cell"),
        (code('exercise("02_other")', "setup"), "opens the exercise '02_other', and this notebook"),
    ],
)
def test_cell_that_is_not_what_it_should_be(build_draft, draft, more, words):
    draft.more = [more]
    refused(build_draft, draft, "01_doubling.ipynb, cell 17 (", words)


def test_mark_that_is_misspelled(build_draft, draft):
    draft.answer += "    ### End solution\n"
    words = "`### End solution` is none of the marks"
    refused(build_draft, draft, "01_doubling.ipynb, cell 5 (answer)", words)


def test_planted_bug_outside_of_a_solution(build_draft, draft):
    draft.answer += "    ### PLANTED BUG\n"
    words = "every `### BEGIN SOLUTION` needs an `### END SOLUTION`"
    refused(build_draft, draft, QUESTION + "5", words)


def test_all_refusals_of_a_notebook_are_shown(build_draft, draft, question_of):
    """Of its form, of two questions, and of several cells of one."""
    draft.wrong[0] = ("", "def double(x):\n    return x")
    draft.wrong[1] = ("You doubled.", "def double(x):\n    return x + x")
    draft.right = ["def double(x):\n    return x * 3"]
    second = question_of(heading="### 1.2 `twice` · 1 point · 1 min · ★☆☆", options="twice")
    second.answer = draft.answer.replace("double", "twice")
    second.probes, second.wrong, second.right = "twice(3.0)", [], []
    third = [markdown("### 1.3 Thrice")]
    draft.more = [*named_apart(second.cells()[3:]), *third, markdown("A note.", "nots")]
    messages = refused(
        build_draft,
        draft,
        QUESTION + "12 (misconception): begin with a docstring",
        QUESTION + "13 (misconception): this misconception passes every probe",
        QUESTION + "15 (alternative): this right answer is refused",
        QUESTION + "4 (question): at least 2 alternatives are needed",
        "`twice`, cell 16 (question): at least 3 misconceptions are needed",
        "`twice`, cell 16 (question): at least 2 alternatives are needed",
        "cell 24 (question): write the names",
        "cell 25 (markdown): a Markdown cell with the tag nots",
    )
    assert len(messages) == 8, "\n".join(messages)


def test_answer_that_fails_does_not_make_others_fail_twice(build_draft, draft, question_of):
    second = question_of(heading="### 1.2 `twice` · 1 point · 1 min · ★☆☆", options="twice")
    second.answer, second.probes = "twice = double", "twice(3.0)"
    second.wrong = [(m, c.replace("double", "twice")) for m, c in draft.wrong]
    second.right = [c.replace("double", "twice") for c in draft.right]
    draft.answer = "1 / 0"
    draft.more = named_apart(second.cells()[3:])
    messages = refused(build_draft, draft, "cell 5 (answer): raised ZeroDivisionError")
    assert len(messages) == 1


def test_slow_probe_is_named_and_no_other_cell(build_draft, draft):
    draft.options = "double --seconds 0.5"
    draft.probes = "def slow():\n    while True:\n        pass\ndouble(3.0)\ndouble(slow())"
    words = "took longer than 0.5 seconds in `double(slow())`, most of it. Make it shorter"
    messages = refused(build_draft, draft, QUESTION + "11 (probes): ", words)
    assert len(messages) == 1


def test_exercise_without_a_lesson_or_a_line_in_the_curriculum(build_draft, draft, course):
    (course.root / "notebooks").mkdir()
    curriculum = course.root / CURRICULUM
    curriculum.parent.mkdir(parents=True)
    curriculum.write_text('ROWS = [("00_start", "Start", "first steps")]\n', "utf-8")
    lesson = "01_doubling: there is no lesson notebooks/01_doubling.ipynb"
    refused(build_draft, draft, lesson, "01_doubling: is not in the curriculum")
    (course.root / "notebooks/text").mkdir()
    (course.root / "notebooks/text/01_doubling.md").write_text("# Doubling\n", "utf-8")
    curriculum.write_text('ROWS = [("01_doubling", "Doubling", "twice")]\n', "utf-8")
    assert build_draft(draft).state == "built"


EXAMPLE = "### 1.1 `double` · 2 points · 3 min · ★☆☆\n\nFor {} the answer is {}."


@pytest.mark.parametrize(
    ("example", "words"),
    [
        ("`x = 3.0`|`6.0`", None),
        ("`3`|6", None),
        ("`x = [3]` and `y = 4`|`6.0`", "there `x = [3]`"),
        ("`x = 4`|`8`", "there `x = 4`"),
        ("`x = 3.0`|`6.1`", "the answer there is `6.1`, here 6.0"),
        ("`x = 3.0`|6.0004", "the answer there is 6.0004"),
        ("`x = 3.0`|`6.0004`, to three decimals", None),
    ],
)
def test_example_of_the_task_that_is_not_the_first_probe_is_a_warning(
    build_draft, draft, example, words
):
    draft.heading = EXAMPLE.format(*example.split("|"))
    warnings = build_draft(draft).warnings
    assert len(warnings) == (words is not None)
    if words:
        begin = "`double`: the task's example and the first probe, `double(3.0)`, differ:"
        assert warnings[0].startswith(begin)
        assert words in warnings[0]


def test_example_of_complex_numbers_is_compared_with_the_first_probe():
    from course_utils.authoring.example import _same

    assert _same([3, 1 - 2j], np.array([3, 1 - 2j]), 0.0)
    assert not _same([3, 1 + 2j], np.array([3, 1 - 2j]), 0.0)


def test_unknown_option(build_draft, draft):
    draft.options = "double --minutes 3"
    refused(build_draft, draft, "`double`, cell 11 (probes)", "--minutes")


@pytest.mark.parametrize("text", ["{", "[]", '{"cells": 3}', '{"cells": [{}]}', "\xff"])
def test_file_that_is_no_notebook(course, text):
    from course_utils.authoring.build import build

    path = course.root / "solutions" / "01_doubling.ipynb"
    path.write_text(text, "latin-1")
    with pytest.raises(AuthoringError, match=r"01_doubling\.ipynb: "):
        build(course, path)


def test_refusal_writes_nothing(build_draft, draft, course):
    draft.right.pop()
    with pytest.raises(AuthoringError):
        build_draft(draft)
    assert not (course.root / "exercises").exists()


def test_refusal_leaves_the_last_good_build(build_draft, draft, course):
    build_draft(draft)
    built = [course.notebook("01_doubling"), course.checks("01_doubling")]
    before = [path.read_bytes() for path in built]
    draft.right.pop()
    with pytest.raises(AuthoringError):
        build_draft(draft)
    assert [path.read_bytes() for path in built] == before
