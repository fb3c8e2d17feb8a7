"""How long a learner waits for `check(...)` in a kernel, and an author for a build without changes.

    python benchmarks/check.py             # every exercise
    python benchmarks/check.py 02 03       # some

Each exercise runs in a kernel of its own, from a copy, with the right answers in it. A wait is from
sending the cell to the kernel's word that it is idle again, the card and the progress file
included; the first check of a question and the median of the next ones are given. Goals: 50 ms for
a NumPy question, 3 s for the build.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

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

from course_utils.checking.question import Exercise, Question, load

ROOT = Path(__file__).resolve().parents[1]
REPEATS = 7
GOAL_CHECK, GOAL_BUILD = 0.050, 3.0


def main(names: list[str]) -> int:
    console = Console()
    table = Table("exercise", "question", "first", "median", "slowest", "goal")
    met = True
    for path in sorted((ROOT / "exercises" / "checks").glob("*.json")):
        if names and not path.stem.startswith(tuple(names)):
            continue
        exercise = load(path)
        uses_tensorflow = any("keras" in cell or "tensorflow" in cell for cell in exercise.given)
        for question, waits in waits_for(exercise):
            median = statistics.median(waits[1:])
            good = uses_tensorflow or median < GOAL_CHECK
            met = met and good
            word = "none" if uses_tensorflow else ("✓" if good else "✗")
            times = (f"{1000 * t:.0f} ms" for t in (waits[0], median, max(waits[1:])))
            table.add_row(exercise.name, question.name, *times, word)
    console.print(table)
    seconds = build_seconds()
    met = met and seconds < GOAL_BUILD
    console.print(f"course build --check, nothing to do: {seconds:.2f} s (goal {GOAL_BUILD:g} s)")
    return 0 if met else 1


def waits_for(exercise: Exercise) -> Iterator[tuple[Question, list[float]]]:
    """Each question with the seconds that its checks took, answered rightly in a real kernel."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "exercises", folder, dirs_exist_ok=True)
        manager, client = start_new_kernel(kernel_name="python3", cwd=folder)
        try:
            opening = f'from course_utils import exercise\nopened = exercise("{exercise.name}")'
            for cell in (opening, "check, hint, solution, progress = opened", *exercise.given):
                run(client, cell)
            for question in exercise.questions:
                run(client, question.answer)
                call = f"check({', '.join(question.names)})"
                yield question, [run(client, call) for _ in range(REPEATS)]
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def run(client, source: str) -> float:
    """Run a cell to its end; returns the seconds. A card that isn't "correct" is an error here."""
    cards = []

    def keep(message: dict) -> None:
        content = message["content"]
        if message["msg_type"] == "error":
            raise RuntimeError(f"{source}: {content['ename']}: {content['evalue']}")
        if message["msg_type"] == "display_data":
            cards.append(content["data"]["text/plain"])

    start = time.perf_counter()
    client.execute_interactive(source, output_hook=keep, timeout=120)
    seconds = time.perf_counter() - start
    if source.startswith("check(") and not (cards and cards[0].startswith("✓ correct")):
        raise RuntimeError(f"{source}: {cards}")
    return seconds


def build_seconds() -> float:
    """The whole command, its start included, when every built file is up to date."""
    command = [
        sys.executable,
        "-c",
        "from course_utils.cli import main; main()",
        "build",
        "--check",
    ]
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
