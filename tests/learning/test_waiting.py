"""The bar of a slow check: which test runs, and nothing that stays."""

import re
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from course_utils.checking.observing.observe import observe
from course_utils.learning import waiting as waiting_module
from course_utils.learning.waiting import NOTHING, waiting


class Screen:
    """What a notebook would show: one output, and what replaces it."""

    def __init__(self):
        self.shown = []

    def display(self, data, raw, display_id):
        assert raw
        assert display_id
        self.shown.append(data)
        return self

    def update(self, data, raw):
        assert raw
        self.shown.append(data)


@pytest.fixture
def screen(monkeypatch):
    made = Screen()
    shell = SimpleNamespace(kernel=True)
    monkeypatch.setattr(waiting_module, "get_ipython", lambda: shell)
    monkeypatch.setattr(waiting_module, "display", made.display)
    monkeypatch.setattr(waiting_module, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(waiting_module, "AGAIN_SECONDS", 0.01)
    return made


@pytest.fixture
def question(bench):
    return bench("def f(n):\n    return n", "f(1)\nf(2)", seconds=30.0).question


def quick(question):
    return replace(question, seconds=10.0)


def wait_for(condition):
    end = time.monotonic() + 10
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    assert condition()


def test_slow_check_says_which_test_runs_and_leaves_nothing(screen, question):
    with waiting(question) as begins:
        begins(0)
        wait_for(lambda: any("test 1 of 2" in data["text/plain"] for data in screen.shown))
        begins(1)
        wait_for(lambda: any("test 2 of 2" in data["text/plain"] for data in screen.shown))
    assert screen.shown[0] == screen.shown[-1] == NOTHING
    last = screen.shown[-2]
    assert re.fullmatch(r"f: test 2 of 2, \d+ s so far, at most 30 s", last["text/plain"])
    assert '<progress value="1" max="2"' in last["text/html"]


def test_bar_is_gone_after_an_interruption(screen, question):
    def interrupted(place):
        begins(place)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), waiting(question) as begins:
        interrupted(0)
    assert len(screen.shown) >= 2
    assert screen.shown[0] == screen.shown[-1] == NOTHING


def test_quick_check_shows_none(screen, question):
    with waiting(quick(question)) as begins:
        begins(0)
        time.sleep(0.1)
    assert screen.shown == []


def test_what_is_not_attempted_shows_none(screen, question):
    with waiting(question):
        time.sleep(0.1)
    assert screen.shown == []


def test_where_no_notebook_is_there_is_none(screen, question, monkeypatch):
    monkeypatch.setattr(waiting_module, "get_ipython", lambda: None)
    with waiting(question) as begins:
        begins(0)
        time.sleep(0.1)
    assert screen.shown == []


def test_each_test_is_announced_before_it_runs(question):
    heard = []
    space = {"f": lambda n: heard.append(f"runs {n}")}
    observe(question.task, space, begins=lambda place: heard.append(f"test {place}"))
    assert list(dict.fromkeys(heard)) == ["test 0", "runs 1", "test 1", "runs 2"]
