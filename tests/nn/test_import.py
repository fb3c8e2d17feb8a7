import os
import subprocess
import sys


def run(code, **environment):
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | environment,
    )
    return result.stdout


def test_the_library_imports_numpy_and_nothing_else():
    code = "import sys, numpy; before = set(sys.modules); from course_utils import nn; "
    code += "print(*{m.split('.')[0] for m in set(sys.modules) - before})"
    new = set(run(code).split())
    assert "course_utils" in new
    assert new <= {"course_utils"} | set(sys.stdlib_module_names)


def test_the_import_takes_a_tenth_of_a_second_beyond_numpy():
    code = "import time, numpy; start = time.process_time(); import course_utils.nn; "
    code += "print(time.process_time() - start)"
    assert min(float(run(code)) for _ in range(3)) < 0.1
