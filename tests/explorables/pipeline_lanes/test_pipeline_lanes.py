"""Pipeline lanes: its mathematics against NumPy, its facts, its tasks."""

from itertools import pairwise

import numpy as np
import pytest

from course_utils.explorables import PipelineLanes
from course_utils.explorables.pipeline_lanes.figure import (
    MOST,
    WAYS,
    fastest,
    reduce_time,
    schedule,
    step_time,
)

ALL = """a.map((state) => ({
    reduce: m.reduceTime(state), step: m.stepTime(state), times: m.stepTimes(state),
    fastest: m.fastest(state), lanes: m.schedule(state),
}))"""


def states(count=30):
    rng = np.random.default_rng(0)
    return [
        PipelineLanes(
            workers=int(rng.integers(1, MOST + 1)),
            load=int(rng.integers(0, 41)),
            compute=int(rng.integers(10, 121)),
            message=float(np.round(rng.random() * 5, 1)),
            way=WAYS[k % 2],
            ahead=bool(k // 2 % 2),
        ).state
        for k in range(count)
    ]


def times(**settings):
    return [step_time(PipelineLanes(workers=n, **settings).state) for n in range(1, MOST + 1)]


# Mathematics --------------------------------------------------------------------------------


def test_browser_and_numpy_agree(module):
    for state, found in zip(states(), module("pipeline_lanes", ALL, states()), strict=True):
        assert found["reduce"] == pytest.approx(reduce_time(state), abs=1e-6)
        assert found["step"] == pytest.approx(step_time(state), abs=1e-6)
        assert found["times"][state["workers"] - 1] == pytest.approx(found["step"], abs=1e-6)
        assert found["fastest"] == fastest(state)
        for name, spans in schedule(state).items():
            np.testing.assert_allclose(found["lanes"][name], spans, atol=1e-6)


def test_the_lanes_keep_the_time_of_a_step():
    """Once the lanes are full, step follows step at the time that the curve shows."""
    for state in states():
        ends = np.array([end for _, end in schedule(state, until=2000)["reduce"]])
        np.testing.assert_allclose(np.diff(ends)[2:], step_time(state), atol=1e-6)


def test_no_lane_does_two_things_at_once_and_nothing_is_computed_before_it_is_loaded():
    for state in states():
        lanes = schedule(state)
        for spans in lanes.values():
            assert all(a[1] <= b[0] + 1e-9 for a, b in pairwise(spans))
        pairs = zip(lanes["load"], lanes["compute"], lanes["reduce"], strict=True)
        assert all(a[1] <= b[0] + 1e-9 and b[1] <= c[0] + 1e-9 for a, b, c in pairs)


# What it teaches ----------------------------------------------------------------------------


def test_beyond_some_number_one_more_worker_slows_a_step_down():
    found = times()
    best = fastest(PipelineLanes().state)
    assert best == 5
    assert all(np.diff(found[:best]) < 0)
    assert all(np.diff(found[best - 1 :]) > 0)


def test_a_ring_moves_that_number_up():
    assert fastest(PipelineLanes(way="ring").state) > 3 * fastest(PipelineLanes().state)


def test_the_answer_to_the_question_is_the_last_option():
    assert step_time(PipelineLanes(workers=16).state) == pytest.approx(78.6, abs=0.1)
    assert "80" in PipelineLanes.question.options[-1].text


def test_the_second_task_needs_both_remedies():
    assert min(times(way="ring")) > 15
    assert min(times(ahead=True)) > 15
    assert min(times(way="ring", ahead=True)) < 15


def test_a_slow_disk_sets_the_pace_from_the_fourth_worker_on():
    found = times(way="ring", ahead=True, load=30)
    assert found[2] > 30
    assert found[3:12] == [30] * 9


def test_one_worker_sends_no_message():
    assert all(reduce_time({**state, "workers": 1}) == 0 for state in states())


# The page -----------------------------------------------------------------------------------


def test_dragging_along_the_curve_sets_the_workers(open_page):
    page = open_page("pipeline_lanes")
    box = page.locator(".xp svg[role=img]").bounding_box()
    scale = box["width"] / 640
    page.mouse.move(box["x"] + (92 + 530 * 4 / 33) * scale, box["y"] + 300 * scale)
    page.mouse.down()
    page.mouse.move(box["x"] + (92 + 530 * 16 / 33) * scale, box["y"] + 300 * scale, steps=3)
    page.mouse.up()
    assert page.locator("input[name=workers]").input_value() == "16"
    assert "16 workers: a step takes 78.6 ms" in page.locator(".xp-results").text_content()


def test_the_tasks_check_themselves(open_page):
    page = open_page("pipeline_lanes")
    marks = page.locator(".xp-mark")

    def answer(task, text):
        field = page.get_by_label(f"Your answer to task {task}")
        field.fill(text)
        field.press("Enter")
        return page.locator(".xp-tasks li").nth(task - 1).text_content()

    assert "still makes the step shorter" in answer(1, "4")
    assert "too many" in answer(1, "8")
    answer(1, "5")
    assert marks.all_text_contents() == ["done", "open", "open"]
    page.locator("select[name=way]").select_option("ring")
    page.locator("input[name=workers]").fill("16")
    assert marks.all_text_contents() == ["done", "open", "open"]
    page.locator("input[name=ahead]").check()
    assert marks.all_text_contents() == ["done", "done", "open"]
    assert "still waits" in answer(3, "3")
    assert "begins earlier" in answer(3, "10")
    answer(3, "4")
    assert marks.all_text_contents() == ["done"] * 3
