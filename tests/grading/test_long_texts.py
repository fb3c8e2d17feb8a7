"""No text that a learner hands in takes time that grows faster than the text does."""

import time

import pytest

from course_utils.grading.intake.choose import copy_number
from course_utils.grading.intake.python import defined, defined_indirectly, parsed, shells
from course_utils.grading.intake.submission import CodeCell

SECONDS = 5

LONG = {
    "empty lines in a cell that is no Python": (parsed, ["x x\n" + "\n" * 30_000 + "y"]),
    "spaces in such a cell": (parsed, ["x x\n" + " " * 30_000 + "~"]),
    "spaces before a prompt": (parsed, ["x x\n" + "\n   " * 9_000 + "...x"]),
    "spaces in a line": (lambda text: shells([CodeCell("a", text)]), [" " * 900_000 + "~"]),
    "a line of names": (lambda text: shells([CodeCell("a", text)]), ["a " * 450_000 + "~"]),
    "empty lines, for a name": (defined_indirectly, ["\n" * 900_000 + "y", "x"]),
    "empty lines, for all names": (defined, ["x x\n" + "\n" * 900_000]),
    "a file's name of dashes": (copy_number, ["-" * 60_000 + "x"]),
    "a file's name of spaces": (copy_number, [" " * 60_000 + "x"]),
}


@pytest.mark.parametrize("case", LONG)
def test_no_text_takes_long(case):
    function, arguments = LONG[case]
    start = time.process_time()
    function(*arguments)
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("%matplotlib inline", "pass"),
        ("if x:\n  !ls", "if x:\n  pass"),
        ("f?", "pass"),
        ("files = !ls", "files = None"),
        ("a, b[0] = %time f()", "a, b[0] = f()"),
        ("x != y", "x != y"),
        ("x = y % z", "x = y % z"),
        ("x = 'why?'", "x = 'why?'"),
    ],
)
def test_what_only_jupyter_reads_is_passed_over(line, rest):
    broken = parsed("%magic\n" + line)
    plain = parsed("pass\n" + rest)
    assert broken is not None
    assert plain is not None
    assert [type(one) for one in broken.body] == [type(one) for one in plain.body]


def test_prompts_are_no_part_of_the_code():
    text = "In [2]: def f(x):\n   ...:     return x"
    assert defined(text) == {"f"}
    assert parsed(text) is not None
