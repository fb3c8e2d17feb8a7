"""A job from its first run to its last: what became of each question, whatever the code does."""

from __future__ import annotations

import queue
import signal
import time
from typing import Any

from course_utils.grading.sandbox import hostile, isolation
from course_utils.grading.sandbox.child import MOST_THREADS, Child, Moment, TooManyThreads
from course_utils.grading.sandbox.inside import CHANNEL_CLOSED, NO_MEMORY, PRINTED_LIMIT, after
from course_utils.grading.sandbox.scratch import ScratchFull
from course_utils.grading.sandbox.zygote import Zygote

GRACE_SECONDS = 1.0
LISTEN_SECONDS = 3.0
END_SECONDS = 0.5
WROTE_TOO_MUCH = "it wrote more than a submission may, which is 32 MB and 1,000 files"
TOO_MANY_THREADS = f"it started more than {MOST_THREADS} threads"
WROTE_SOMETHING_ELSE = "it wrote something else where its values should be"

Report = dict[str, Any]


def supervise(job: dict[str, Any], zygote: Zygote | None) -> dict[str, Report]:
    """Run a job to its end: question -> what was observed, or what became of it.

    Of a public job, what its cells print comes along; a run of its own, which knows neither probes
    nor seed, is listened to.
    """
    until = time.monotonic() + job["limit"]
    results = Supervision({**job, "listen": False}, zygote).run()
    if job["public"] and any(result.get("prints") is True for result in results.values()):
        silent = {**job, "questions": [], "seed": 0, "listen": True, "names": list(results)}
        silent["limit"] = until - time.monotonic()  # what one run may take is for both
        heard = Supervision(silent, zygote).run()
        for name, result in results.items():
            result["printed"] = heard.get(name, {}).get("printed", "")
    return results


class Supervision:
    """The runs of one job, each in a child of its own, and what they reported so far.

    A child that hangs or dies takes only the question down in which it did; another child runs
    the rest without that question. When the time of the whole job is over, all ends.
    """

    def __init__(self, job: dict[str, Any], zygote: Zygote | None) -> None:
        self.job, self.zygote = job, zygote
        self.results: dict[str, Report] = {}
        self.skip: list[str] = []
        self.deadline = time.monotonic() + job["limit"]
        limits = {item["name"]: item["seconds"] + GRACE_SECONDS for item in job["questions"]}
        self.limits = limits or dict.fromkeys(job["names"], LISTEN_SECONDS)
        self.longest = max(self.limits.values(), default=10.0)
        self.probes = {item["name"]: len(item["probes"]) for item in job["questions"]}
        asked = [cell["question"] for cell in job["cells"]]
        self.places = {*asked, *map(after, asked)}

    def run(self) -> dict[str, Report]:
        """All reports, by question."""
        for _ in range(2 * len(self.limits) + 3):
            known = [name for name in self.results if name not in self.skip]
            where, what = self._run_once(self.job, known, self.results)
            if what is None:
                break
            if "timeout" in what and time.monotonic() < self.deadline:
                where = self._culprit(known, where) or where
                self.results.pop(where, None)
            if where in self.limits and where not in self.results:
                self.results[where] = {"question": where, **what}
            if where in self.skip or time.monotonic() >= self.deadline:
                break  # what the exercise itself gives can't be run here, or no time is left
            self.skip.append(where)
        return self.results

    def _culprit(self, known: list[str], where: str) -> str:
        """The question in which a run hangs that came to a later one by what its code said, or "".

        No run comes past a question without a report, so one that has none is where it hangs.
        Each that had been reported is run once more with nothing after it, so that a hang is its
        own.
        """
        cells = self.job["cells"]
        order = list(dict.fromkeys(cell["question"] for cell in cells if cell["question"]))
        place = next((i for i, name in enumerate(order) if where in (name, after(name))), 0)
        for name in order[:place]:
            if name in self.limits and name not in (*self.results, *self.skip):
                return name  # it has begun, and what comes after a report has begun without one
        for name in [name for name in self.results if name not in (*known, *self.skip)]:
            last = max(i for i, cell in enumerate(cells) if cell["question"] == name)
            alone = {**self.job, "cells": cells[: last + 1]}
            _, what = self._run_once(alone, known, {})
            if time.monotonic() >= self.deadline:
                break  # it says nothing of this one that it was ended
            if what is not None and "timeout" in what:
                return name
        return ""

    def _run_once(
        self, job: dict[str, Any], known: list[str], results: dict[str, Report]
    ) -> tuple[str, Report | None]:
        """Run one child and add its reports to `results`; returns where it failed and how, or
        ("", None) when it came to its end."""
        child = Child({**job, "skip": self.skip, "known": known}, self.zygote)
        meter, where, begun = hostile.Meter(), "", {"": child.now()}
        try:
            while True:
                since, allowed = begun[where], self.limits.get(where, self.longest)
                line = child.next_line(since, allowed, _latest(since, allowed, self.deadline))
                if line is None:
                    status = child.end(END_SECONDS)
                    # one that had to be killed lived on and had nothing more to say
                    return where, {"crashed": _death(CHANNEL_CLOSED if child.killed else status)}
                meter.count(line)
                message = hostile.message(line)
                name = message.get("question")
                if "end" in message:
                    child.end(END_SECONDS)
                    return "", None
                if type(message.get("pid")) is int:
                    child.remember(message["pid"])
                elif "begin" in message:
                    if type(message["begin"]) is str and message["begin"] in self.places:
                        where = message["begin"]
                        begun.setdefault(where, child.now())
                elif type(name) is str and name in self.limits:
                    child.check()
                    results[name] = {"question": name, **_report(message, self.probes.get(name))}
        except queue.Empty:
            end = {"timeout": self.limits.get(where, self.longest) - GRACE_SECONDS}
        except ScratchFull:
            end = {"crashed": WROTE_TOO_MUCH}
        except TooManyThreads:
            end = {"crashed": TOO_MANY_THREADS}
        except hostile.Flood as problem:
            end = {"crashed": str(problem)}
        except hostile.Hostile:
            end = {"crashed": WROTE_SOMETHING_ELSE}
        child.end()
        return where, end


def _latest(since: Moment, allowed: float, deadline: float) -> float:
    """When a question that began then has to end, however little of a processor it was given: it
    leaves half of the time that there was to the others, or what lies beyond its own limit."""
    return min(deadline, since.time + max(allowed, (deadline - since.time) / 2))


def _report(message: dict[str, Any], probes: int | None) -> Report:
    """What a child says of a question, or what a cell printed where there is no probe."""
    if probes is None:
        return {"printed": str(message.get("printed", ""))[:PRINTED_LIMIT]}
    if "timeout" in message or "crashed" in message:
        raise hostile.Hostile("how a run ended isn't for itself to say")
    return hostile.report(message, probes)


def _death(code: int) -> str:
    """What an exit code says, in words; below zero it is a signal."""
    if code == -signal.SIGSEGV:
        return "segmentation fault"
    if code == CHANNEL_CLOSED:
        return "it closed the channel that its values go through"
    if code == NO_MEMORY:
        return "it had no memory left to write its values down"
    if code == isolation.BROKEN:
        return "what it changed in Python itself left nothing to go on with"
    if code == -getattr(signal, "SIGKILL", 9):
        return "it was killed, most likely for the memory it took"
    return f"its process ended by itself, with status {code}"
