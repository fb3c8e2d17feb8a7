"""The teacher's summary begins with what a class has in common, and the platforms' forms fit."""

import io
from types import SimpleNamespace

from rich.console import Console

from course_utils.checking.data.verdict import Verdict
from course_utils.grading.intake.platforms.moodle import Moodle
from course_utils.grading.intake.platforms.platform import Score
from course_utils.grading.marking.mark import Mark, Result
from course_utils.grading.reports.summary import Tally

EXERCISE = SimpleNamespace(max_score=2.0, questions=[SimpleNamespace(name="relu", points=2.0)])


def result(message, kind="incorrect", anomalies=()):
    mark = Mark("relu", 0.0, 2.0, Verdict("relu", kind, message))
    return Result("ada", "02_topic", "bubblewrap", 0.1, (mark,), anomalies)


def printed(*results, exercise=EXERCISE):
    tally = Tally(exercise)
    for one in results:
        tally.add(one)
    console = Console(file=io.StringIO(), width=200)
    console.print(tally.show("marks"))
    return console.file.getvalue()


def test_mistake_that_two_learners_share_stands_in_full_before_the_questions():
    message = "You took the absolute value. " + 30 * "Look at the negative numbers. "
    text = printed(result(message), result(message), result("Another."))
    shared, questions = text.split("what went wrong")
    assert "Mistakes that learners share:\n2 of 3 in relu: You took the absolute value." in shared
    assert " ".join(shared.split()).count("Look at the negative numbers.") == 30
    assert "Another" not in shared
    assert "Another" in questions


def test_class_without_a_shared_mistake_has_no_such_list():
    assert "share" not in printed(result("One."), result("Another."))


def test_one_point_is_a_point():
    exercise = SimpleNamespace(max_score=1.0, questions=[SimpleNamespace(name="relu", points=1.0)])
    assert "0.0 of 1 point on average" in printed(result("One."), exercise=exercise)
    assert "0.0 of 2 points on average" in printed(result("One."))


def test_brackets_of_a_submission_are_printed_as_they_are():
    forged = result("The value is [/x], and [bold]so on.", anomalies=("a cell named [/y]",))
    text = printed(forged, forged)
    assert text.count("The value is [/x], and [bold]so on") == 2
    assert "a cell named [/y]" in text


def test_moodle_gets_the_three_columns_that_its_import_demands():
    (heads,) = Moodle().heads("02_topic", "2")
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(heads)
    row = dict(
        zip(heads, Moodle().row(Score("Ada", "11", "0", "2", "relu: incorrect")), strict=True)
    )
    assert row["Identifier"] == "Participant 11"
    assert row["Grade"] == "0"
    assert row["Maximum Grade"] == "2"
