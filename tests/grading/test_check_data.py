"""Damaged check data end a run in one sentence, before anything is graded by them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from course_utils.checking.data.question import CheckDataError, from_data, load
from course_utils.grading.intake.check_data import refuse_unsound
from course_utils.grading.marking.renew_apart import renew_apart

CHECKS = Path(__file__).resolve().parents[2] / "exercises/checks"
TEXT = (CHECKS / "02_activation_functions.json").read_text("utf-8")


@pytest.mark.parametrize("path", sorted(CHECKS.glob("*.json")), ids=lambda path: path.stem)
def test_check_data_of_the_course_are_sound(path):
    refuse_unsound(load(path))


def test_expected_values_are_made_whatever_encoding_the_terminal_has(monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    exercise = load(CHECKS / "02_activation_functions.json")
    assert renew_apart(replace(exercise, title="Größe"), 5).title == "Größe"


def question(**changes):
    return lambda data: data["questions"][0].update(changes)


DAMAGE = {
    "no question": lambda data: data.update(questions=[]),
    "one question twice": lambda data: data["questions"].append(data["questions"][0]),
    "no name": question(names=[]),
    "a name that is no text": question(names=[3]),
    "points in words": question(points="two"),
    "points that are no number": question(points=float("nan")),
    "negative points": question(points=-1),
    "no starter": question(starter=None),
    "no id": question(answer_id=None),
    "time in words": question(seconds="long"),
    "hints that are numbers": question(hints=[3]),
    "shares in words": question(groups=[["a", "b"]]),
    "what is forbidden in numbers": question(forbidden=[3]),
    "a title that is a number": lambda data: data.update(title=3),
    "given code that is a number": lambda data: data.update(given=[3]),
    "a seed in words": lambda data: data.update(seed="x"),
    "a probe that is a number": lambda data: data["questions"][0]["probes"][0].update(observed=3),
    "a judge that there is not": lambda data: data["questions"][0]["probes"][0].update(judge="x"),
    "a message that is a number": lambda data: data["questions"][0]["wrong_answers"][0].update(
        message=3
    ),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_damage_is_refused_in_a_sentence(case):
    data = json.loads(TEXT)
    DAMAGE[case](data)
    with pytest.raises(CheckDataError, match="are damaged") as error:
        refuse_unsound(from_data(data, "x.json"))
    assert "\n" not in str(error.value)
