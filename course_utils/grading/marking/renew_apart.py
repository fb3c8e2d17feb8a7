"""Expected values for a seed, computed by trusted code in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from course_utils.checking.data.question import CheckDataError, Exercise, dump, from_data
from course_utils.checking.expecting.expectation import renew

REFUSED = 3


def renew_apart(exercise: Exercise, seed: int) -> Exercise:
    """The exercise with the values of another seed. Raises CheckDataError as `renew` does.

    The process reads all it needs before it begins and writes all it has at the end, so a grader
    that is killed leaves nothing behind.
    """
    run = subprocess.run(
        [sys.executable, "-X", "utf8", "-P", "-m", __name__, str(seed)],
        input=dump(exercise),
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},  # it would outdo -X utf8
        check=False,
    )
    if run.returncode == REFUSED:
        raise CheckDataError(run.stderr.strip())
    if run.returncode:
        died = f"its process ended with status {run.returncode}"
        reason = (run.stderr.strip().splitlines() or [died])[-1]
        raise CheckDataError(f"The answers of {exercise.name} can't be run here: {reason}")
    return from_data(json.loads(run.stdout), exercise.name)


def main() -> None:
    """Read an exercise from standard input, write it with the values of the seed that is named."""
    channel, sys.stdout = sys.stdout, sys.stderr  # what an answer prints is not the result
    try:
        channel.write(
            dump(renew(from_data(json.load(sys.stdin), "the exercise"), int(sys.argv[1])))
        )
    except CheckDataError as error:
        print(error, file=sys.stderr)
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
