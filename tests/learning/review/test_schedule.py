"""Leitner's boxes: what any history of answers does to a question, and what is chosen of many."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from course_utils.learning.review.schedule import (
    DAYS,
    HINTS,
    LONG_AGO,
    WRONG,
    Box,
    Old,
    box_of,
    choose,
)

FIRST = date(2026, 1, 1)
DATES = st.integers(0, 400).map(lambda days: FIRST + timedelta(days))
TRIES = st.lists(st.tuples(DATES, st.booleans()), min_size=1, max_size=20)
OLD = st.builds(
    Old,
    st.uuids().map(str),
    st.sampled_from(("01", "02", "03")),
    st.builds(Box, st.integers(0, len(DAYS) - 1), DATES, st.booleans()),
    st.booleans(),
)
MANY = st.lists(OLD, max_size=15, unique_by=lambda old: old.name)


def on(*days_and_answers):
    return [(FIRST + timedelta(days), right) for days, right in days_and_answers]


@given(TRIES, DATES)
def test_what_was_answered_is_due_after_that_day_and_within_the_longest_wait(tries, met):
    box = box_of(tries, met)
    days = {day for day, _ in tries}
    assert box.last in days
    assert box.last < box.due <= max(days) + timedelta(DAYS[-1])


@given(TRIES, DATES)
def test_a_wrong_answer_is_asked_again_the_next_day(tries, met):
    day = max(day for day, _ in tries) + timedelta(1)
    box = box_of([*tries, (day, False)], met)
    assert (box.box, box.due, box.wrong) == (0, day + timedelta(1), True)


@given(TRIES, DATES)
def test_a_right_answer_never_brings_a_question_sooner(tries, met):
    before = box_of(tries, met)
    day = max(before.due, max(day for day, _ in tries) + timedelta(1))
    after = box_of([*tries, (day, True)], met)
    assert after.box == min(before.box + 1, len(DAYS) - 1)
    assert after.due - after.last >= before.due - before.last
    assert not after.wrong


@given(TRIES, DATES, st.booleans())
def test_later_answers_of_a_day_count_nothing(tries, met, right):
    assert box_of([*tries, (tries[-1][0], right)], met) == box_of(tries, met)


def test_right_each_time_it_is_asked_waits_twice_as_long_each_time():
    days = [0, 2, 6, 14, 30, 62, 126]
    for count in range(1, len(days)):
        assert box_of(on(*((d, True) for d in days[:count])), FIRST).due == FIRST + timedelta(
            days[count]
        )


def test_a_right_answer_before_its_time_leaves_it_where_it_is():
    assert box_of(on((0, True), (1, True)), FIRST) == box_of(on((0, True)), FIRST)


def test_what_was_never_answered_is_due_the_day_after_it_was_met():
    assert box_of([], FIRST).due == FIRST + timedelta(1)


@given(MANY, DATES, st.integers(0, 5))
def test_only_what_is_due_is_chosen_and_as_much_as_there_is(old, today, most):
    chosen = choose(old, today, most)
    due = [each for each in old if each.box.due <= today]
    assert len(chosen) == min(most, len(due))
    assert all(each in due for each in chosen)
    assert len({each.name for each in chosen}) == len(chosen)
    lessons = {each.lesson for each in chosen}
    assert len(lessons) == min(len(chosen), len({each.lesson for each in due}))


@given(MANY, DATES)
def test_in_a_lesson_what_was_wrong_comes_first_and_then_what_needed_hints(old, today):
    order = (WRONG, HINTS, LONG_AGO)
    for lesson in ("01", "02", "03"):
        reasons = [e.reason for e in choose(old, today, len(old)) if e.lesson == lesson]
        assert reasons == sorted(reasons, key=order.index)


@given(MANY, DATES)
def test_asked_one_by_one_it_is_the_same_as_all_at_once(old, today):
    chosen, lessons = [], []
    for _ in old:
        left = [each for each in old if each not in chosen]
        for each in choose(left, today, 1, lessons):
            chosen.append(each)
            lessons.append(each.lesson)
    assert chosen == choose(old, today, len(old))
