"""Random hostile submissions among honest ones, for three minutes where everything is tested.

The whole suite runs other tests beside it, so that there it rests for half of the three minutes;
with `--everything`, or by its name, it does not.
"""

import os
import subprocess
import sys

from proofs import leaves_out


def test_honest_marks_stand_among_random_hostile_submissions(bubblewrap, root, request):
    minutes = "3" if os.environ.get("COURSE_REQUIRE_ALL") else "0.1"
    command = [sys.executable, "-m", "tests.grading.soak", "--minutes", minutes]
    command += ["--pauses"] if leaves_out(request.config) else []
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=900)
    assert run.returncode == 0, run.stdout + run.stderr
    assert " 0 problems" in run.stdout
