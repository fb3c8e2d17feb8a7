"""Runs inside the sandbox, as a process for many jobs: reads one from standard input, has it run
and supervised, writes the result as a line to standard output.

It never holds an expected value. Submissions are forked from a process beside it that knows of no
job (`zygote.py`), and what they write is hostile.
"""

from __future__ import annotations

import json
import os
import select
import sys
import threading

from course_utils.grading.sandbox import isolation
from course_utils.grading.sandbox.inside import run_and_tell
from course_utils.grading.sandbox.supervise import supervise
from course_utils.grading.sandbox.zygote import Zygote


def serve() -> None:
    """Answer jobs until standard input ends."""
    isolation.protect()
    zygote = None
    if hasattr(os, "fork"):
        zygote = Zygote()  # before anything is read
        threading.Thread(target=_end_with_input, daemon=True).start()
    while head := _message():
        if zygote is not None:
            zygote.warm(json.loads(head))
        job = json.loads(_message())
        answer = {"id": job["id"], "results": supervise(job, zygote)}
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


def _message() -> bytes:
    """The next message on standard input, its length in eight digits and then as many bytes; b""
    at its end."""
    length = sys.stdin.buffer.read(8)
    return sys.stdin.buffer.read(int(length)) if length else b""


def _end_with_input() -> None:
    """End this process, and with it all that it had started, when nobody writes to its standard
    input any more: the grader is gone, perhaps in the middle of a job."""
    gone = select.poll()
    gone.register(0, 0)
    gone.poll()
    os._exit(1)


def one() -> None:
    """Where processes can't fork: run the single job that standard input holds."""
    job = json.loads(sys.stdin.buffer.read())
    channel = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    run_and_tell(job, channel)


if __name__ == "__main__":
    one() if "--one" in sys.argv else serve()
