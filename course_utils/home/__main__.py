"""What start.py hands over to: renew the learner's copies, then open them in JupyterLab."""

import sys
from pathlib import Path

from course_utils.home.opening import open_course

if __name__ == "__main__":
    open_course(Path(sys.argv[1]), sys.argv[2:])
