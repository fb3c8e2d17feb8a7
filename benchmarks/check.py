"""How long a learner waits for `check(...)` in a kernel, and an author for a build without changes.

    python benchmarks/check.py             # every exercise
    python benchmarks/check.py 02 03       # some
    python benchmarks/check.py --quick     # the first questions only, and no build

Each exercise runs in a kernel of its own, from a copy, with the right answers in it. A wait is from
sending the cell to the kernel's word that it is idle again, the card and the progress file
included; the first check of a question and the median of the next ones are given, beside them what
the answer's own code takes of it, such as a training (the check calls it twice, to see whether it
gives the same again). Goals: 50 ms for a NumPy question besides the answer's own time, 3 s for the
build. What is not right, such as an exercise that was not built again
after a change, is named in its row, and the others go on.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from jupyter_client.manager import start_new_kernel
from rich.console import Console
from rich.table import Table

from course_utils.checking.data.question import Exercise, Question, load
from course_utils.checking.observing.answer import given_namespace
from course_utils.checking.observing.observe import observe

ROOT = Path(__file__).resolve().parents[1]
REPEATS = 7
GOAL_CHECK, GOAL_BUILD = 0.050, 3.0
QUICK_EXERCISES, QUICK_QUESTIONS = ["00", "05"], 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="how the exercises' names begin; all if left out")
    parser.add_argument("--quick", action="store_true", help="the first questions of two")
    options = parser.parse_args()
    names = options.names or (QUICK_EXERCISES if options.quick else [])
    console = Console(width=120)
    table = Table("exercise", "question", "first", "median", "slowest", "answer", "goal")
    met = True
    for path in sorted((ROOT / "exercises" / "checks").glob("*.json")):
        if names and not path.stem.startswith(tuple(names)):
            continue
        try:
            for row, good in rows(load(path), QUICK_QUESTIONS if options.quick else None):
                table.add_row(*row)
                met = met and good
        except Exception as error:  # one exercise that can't be measured is not the end of it
            table.add_row(path.stem, str(error).splitlines()[0], "", "", "", "not run")
            met = False
    console.print(table)
    if options.quick:
        return 0 if met else 1
    seconds, current = build_seconds()
    console.print(f"course build --check, nothing to do: {seconds:.2f} s (goal {GOAL_BUILD:g} s)")
    if not current:
        console.print("but there is something to do, so this is no measure: course build")
    met = met and current and seconds < GOAL_BUILD
    return 0 if met else 1


def rows(exercise: Exercise, count: int | None) -> Iterator[tuple[list[str], bool]]:
    """For each of the first `count` questions (None: all) its row, and whether it is all right."""
    uses_tensorflow = any("keras" in cell or "tensorflow" in cell for cell in exercise.given)
    for question, waits in waits_for(exercise, count):
        if isinstance(waits, NotRight):
            yield [exercise.name, question.name, str(waits), "", "", "", "not right"], False
            continue
        median, own = statistics.median(waits[1:]), own_seconds(exercise, question)
        good = uses_tensorflow or median - own < GOAL_CHECK
        word = "none" if uses_tensorflow else ("✓" if good else "✗")
        times = (f"{1000 * t:.0f} ms" for t in (waits[0], median, max(waits[1:]), own))
        yield [exercise.name, question.name, *times, word], good


def own_seconds(exercise: Exercise, question: Question) -> float:
    """What the right answer's own code takes in one check, in which every probe runs twice."""
    namespace = given_namespace(exercise.given)
    exec(question.answer, namespace)
    seen = [observe(question.task, namespace, exercise.seed) for _ in range(REPEATS)]
    return 2 * statistics.median(sum(one.seconds for one in each) for each in seen)


class NotRight(Exception):
    """An answer that the exercise itself calls right was not, or could not be run."""


def waits_for(
    exercise: Exercise, count: int | None
) -> Iterator[tuple[Question, list[float] | NotRight]]:
    """Each question with the seconds that its checks took, answered rightly in a real kernel."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "exercises", folder, dirs_exist_ok=True)
        manager, client = start_new_kernel(kernel_name="python3", cwd=folder)
        try:
            opening = f'from course_utils import exercise\nopened = exercise("{exercise.name}")'
            for cell in (opening, "check, hint, solution, progress = opened", *exercise.given):
                run(client, cell)
            for question in exercise.questions[:count]:
                call = f"check({', '.join(question.names)})"
                try:
                    run(client, question.answer)
                    waits = [run(client, call) for _ in range(REPEATS)]
                except NotRight as error:
                    yield question, error
                else:
                    yield question, waits
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def run(client, source: str) -> float:
    """Run a cell to its end; returns the seconds.

    Raises NotRight where a check says anything but "correct", and for a cell that fails. Whatever
    else is shown on the way, such as a bar while a slow question runs, is passed over.
    """
    cards, failures = [], []

    def keep(message: dict) -> None:
        content = message["content"]
        if message["msg_type"] == "error":
            failures.append(f"{content['ename']}: {content['evalue']}")
        if message["msg_type"] == "display_data":
            cards.append(content["data"].get("text/plain", ""))  # a bar while waiting has none

    start = time.perf_counter()
    client.execute_interactive(source, output_hook=keep, timeout=120)
    seconds = time.perf_counter() - start
    right = any(card.startswith("✓ correct") for card in cards)
    if failures or (source.startswith("check(") and not right):
        raise NotRight("; ".join(failures or [card.strip() for card in cards]) or "no card")
    return seconds


def build_seconds() -> tuple[float, bool]:
    """Of the whole command, its start included; and whether every built file is up to date."""
    program = "from course_utils.cli import main; main()"
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program, "build", "--check"], cwd=ROOT, capture_output=True
    )
    return time.perf_counter() - start, done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
