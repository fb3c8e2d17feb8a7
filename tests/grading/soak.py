"""Random hostile submissions among honest ones: `python -m tests.grading.soak --minutes 60`.

The honest ones must keep their marks, the hostile ones must earn nothing for what they broke, and
nothing may be left: no process, no folder.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from course_utils.checking.expecting.expectation import renew
from course_utils.grading.intake.file import File
from course_utils.grading.marking.grade import grade_all
from course_utils.grading.sandbox.stations import WorkerPool
from course_utils.grading.sandbox.tiers import choose

# Pieces of hostile code. `double` comes out wrong with any of them, whatever else they do.
PIECES = (
    "import os; os._exit(rng.integers(4))",
    "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "import sys; sys.exit(0)",
    "while True: pass",
    "import time; time.sleep(60)",
    "x = np.ones(10**11)",
    "x = [bytearray(10**8) for _ in range(100)]",
    "raise {kind}('x' * {n})",
    "raise type('E' + chr({letter}), (BaseException,), {{}})(x)",
    "return 4 ** {n}",
    "return [[]] * {n}",
    "return {{'a': np.zeros({n}), None: x}}",
    "return x.astype(object)",
    "return np.full(x.shape, np.nan)",
    "return chr(0xD800 + {n} % 2048) * {n}",
    "def f(n): return [f(n - 1)] if n else []\nreturn f({n} % 900)",
    "print('<script>' * {n})\nreturn x",
    "import threading\nfor _ in range({n}): threading.Thread(target=int).start()\nreturn x",
    "import os\nfor i in range({n}): open(f'left{{i}}', 'w').write('x' * {n})\nreturn x",
    "import os\nfor c in range(3, 64):\n    try: os.write(c, bytes({noise}))\n"
    "    except OSError: pass\nreturn x",
    "import os\nfor c in range(3, 64):\n    try: os.write(c, {message})\n"
    "    except OSError: pass\nreturn x",
    "import os\nfor c in range(3, 64):\n    try: os.close(c)\n    except OSError: pass\nreturn x",
    "import builtins\nbuiltins.{builtin} = lambda *a, **k: 1\nreturn x",
    "np.{function} = lambda *a, **k: np.zeros(2)\nreturn x",
    "import sys, gc\nfor o in gc.get_objects():\n    if type(o) is dict: o.clear()\nreturn x",
    "import sys; sys.setrecursionlimit(10**6)\ndef f(): return f()\nreturn f()",
    "import faulthandler; faulthandler._sigsegv()",
    "import ctypes; ctypes.string_at({n})",
    "x[...] = 0\nreturn x",
)
MESSAGES = (
    b'{"begin": "answer"}\n', b'{"end": true}\n', b'{"pid": 1}\n', b"[" * 5_000 + b"\n",
    b'{"question": "double", "timeout": "x"}\n', b'{"question": "answer", "crashed": []}\n',
    b'{"question": "double", "attempted": true, "observations": [{"value": 1e999}]}\n',
)  # fmt: skip


def hostile_source(draw: random.Random) -> str:
    """A definition of `double` with one or two random pieces."""
    body = []
    for piece in draw.sample(PIECES, draw.choice((1, 1, 2))):
        noise = [draw.randrange(256) for _ in range(draw.randrange(1, 200))]
        body.append(
            piece.format(
                kind=draw.choice(("ValueError", "MemoryError", "KeyboardInterrupt", "SystemExit")),
                n=draw.choice((1, 7, 300, 3_000, 200_000)),
                letter=draw.randrange(65, 91),
                noise=noise,
                message=draw.choice(MESSAGES),
                builtin=draw.choice(("len", "isinstance", "type", "dict", "str", "print", "open")),
                function=draw.choice(("asarray", "ndarray", "array_equal", "ascontiguousarray")),
            )
        )
    inside = textwrap.indent("\n".join(body) + "\nreturn x", "    ")
    if draw.random() < 0.2:  # at the top of the cell, where `x` and `return` have no meaning
        top = "\n".join(body).replace("return ", "_ = ")
        return f"x = np.ones(3)\n{top}\ndef double(x):\n    return x"
    return f"rng = np.random.default_rng({draw.randrange(99)})\ndef double(x):\n{inside}"


def soak(minutes: float, seed: int, pauses: bool = False, say=print) -> list[str]:
    """Grade random classes for so long; returns what fell short, [] if nothing did.

    pauses: rest after each class for as long as it took, so that others have the processors.
    """
    sys.path.insert(0, str(Path(__file__).parent))
    with tempfile.TemporaryDirectory(prefix="soak-") as own:
        usual, tempfile.tempdir = tempfile.tempdir, own  # what others leave there isn't ours
        try:
            count, problems = _graded(minutes, random.Random(seed), pauses)
            problems += [f"left behind: {name}" for name in sorted(os.listdir(own))]
        finally:
            tempfile.tempdir = usual
    say(f"{count} submissions, {len(problems)} problems (seed {seed})")
    return problems


def _graded(minutes: float, draw: random.Random, pauses: bool) -> tuple[int, list[str]]:
    """How many submissions were graded in so many minutes, and what fell short."""
    from conftest import Classroom

    problems, count = [], 0
    with (
        tempfile.TemporaryDirectory(prefix="class-") as folder,
        WorkerPool(choose(), 2) as pool,
        ThreadPoolExecutor(2) as executor,
    ):
        room = Classroom(Path(folder), pool)
        end = time.monotonic() + 60 * minutes
        while time.monotonic() < end:
            sources = {f"hostile{i}": hostile_source(draw) for i in range(2)}
            contents = {name: room.notebook(double=code) for name, code in sources.items()}
            contents |= {f"honest{i}": room.notebook() for i in range(2)}
            files = [File(n, room.write(c, f"{n}.ipynb")) for n, c in contents.items()]
            draw.shuffle(files)
            began = time.monotonic()
            exercise = renew(room.built, draw.randrange(1, 10**9))
            for result in grade_all(files, exercise, pool, executor, public=room.built):
                count += 1
                honest = result.submission.startswith("honest")
                judged = all(m.verdict.cause != "not judged" for m in result.marks)
                if (honest and result.score != result.max_score) or not judged:
                    problems.append(f"{result.submission}: {result.marks}, {result.anomalies}")
                if not honest and result.marks[0].score:
                    problems.append(f"earned by:\n{sources[result.submission]}")
            if pauses:
                time.sleep(max(0.0, min(time.monotonic() - began, end - time.monotonic())))
    return count, problems


def main() -> None:
    """Soak for the minutes that are asked for; the exit code is 1 if anything fell short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--pauses", action="store_true", help="rest for half of the time")
    options = parser.parse_args()
    problems = soak(options.minutes, options.seed, options.pauses)
    print("\n\n".join(problems))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
