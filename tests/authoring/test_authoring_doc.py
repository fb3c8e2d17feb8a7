"""docs/authoring.md, done to the letter: its example builds, and its lists are complete."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from course_utils.authoring.build import Course, build_all
from course_utils.authoring.mutants import mutants
from course_utils.authoring.report import report_one, tasks
from course_utils.authoring.source import TAGS
from course_utils.authoring.trials import SURVIVED, fates
from course_utils.checking.data.question import dump, load
from course_utils.checking.expecting.expectation import expectation
from course_utils.checking.expecting.probes import parse
from course_utils.checking.judging.judges import JUDGES

CELL = re.compile(
    r"^\*\*(?P<kind>Markdown|Code)\*\*, (?:no tag needed|tag `(?P<tag>\w+)`).*?"
    r"^```(?:markdown|python)\n(?P<source>.*?)\n```$",
    re.MULTILINE | re.DOTALL,
)
NAME = "02_activation_functions"


@pytest.fixture(scope="module")
def text(root):
    return (root / "docs" / "authoring.md").read_text("utf-8")


def example(text):
    """The cells of the example, in order."""
    for i, found in enumerate(CELL.finditer(text)):
        kind = found["kind"].lower()
        outputs = {"outputs": [], "execution_count": None} if kind == "code" else {}
        yield {
            "cell_type": kind,
            "id": f"new-{i}",
            "metadata": {"tags": [found["tag"]]} if found["tag"] else {},
            "source": found["source"],
            **outputs,
        }


def add(folder, cells):
    """Put cells before `Done?` in the solution notebook; returns its course."""
    path = folder / "solutions" / f"{NAME}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    place = next(i for i, c in enumerate(notebook["cells"]) if "## Done?" in "".join(c["source"]))
    notebook["cells"][place:place] = cells
    path.write_text(json.dumps(notebook), "utf-8")
    return Course(folder)


@pytest.fixture(scope="module")
def built(text, copy_course, tmp_path_factory):
    """The course after steps 1 to 5, and what `course build 02` said."""
    course = add(copy_course(tmp_path_factory.mktemp("author") / "course"), list(example(text)))
    (result,) = build_all(course, ("02",))
    return course, result


def test_example_builds_and_says_what_the_page_shows(built, text):
    _, result = built
    assert not [warning for warning in result.warnings if "hard_tanh" in warning]
    assert f"✓ {result.name}: {result.state} ({result.message})" in text


def test_learner_gets_the_example_blanked(built):
    course, _ = built
    cells = json.loads(course.notebook(NAME).read_text("utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells]
    (answer,) = [source for source in sources if source.startswith("def hard_tanh")]
    assert "...  # your code here" in answer
    assert not any("np.clip" in source for source in sources)
    assert any(source.startswith("check(hard_tanh)") for source in sources)


def test_probes_of_the_example_catch_every_mutant(built):
    course, _ = built
    (path,) = course.solutions(("02",))
    (task,) = [task for task in tasks(course, path) if task.question == "hard_tanh"]
    found = report_one(task)
    assert (len(found.survivors), len(found.equivalent), len(found.needless)) == (0, 1, 0)
    assert found.caught == found.count - 1 > 10


def test_weaker_probes_leave_the_survivor_that_the_page_shows(built, text, tmp_path):
    course, _ = built
    (weaker,) = re.findall(r"Had the probes been only `(.+?)`, it", text)
    exercise = load(course.checks(NAME))
    question = exercise.question("hard_tanh")
    _, probes = parse(weaker)
    space = {"np": np, "hard_tanh": lambda z: np.clip(z, -1, 1)}
    weaker_question = replace(question, probes=probes)
    expected = expectation(weaker_question.task, probes, space, exercise.seed)
    weak = replace(weaker_question, expected=expected, wrong_answers=())
    checks = tmp_path / "weak.json"
    checks.write_text(dump(replace(exercise, questions=(weak,))), "utf-8")
    made = mutants(question.answer)
    causes = fates(checks, "hard_tanh", [mutant.code for mutant in made])
    shown = re.search(r"passes every probe\n((?:    [-+].*\n)+)", text)[1]
    alive = [m for m, cause in zip(made, causes, strict=True) if cause == SURVIVED]
    assert [line.strip() for line in shown.splitlines()] in [list(m.diff) for m in alive]


def test_every_tag_has_its_row(text):
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == set(TAGS)


def test_every_judge_has_its_row(text):
    (table,) = re.findall(r"^\| judge \|.*?\n\n", text, re.MULTILINE | re.DOTALL)
    assert {name for name in JUDGES if f"`{name}(" in table} == set(JUDGES)
    assert set(re.findall(r"`(\w+)\(", table)) == set(JUDGES)


def test_refusals_of_the_page_are_those_of_the_code(text, root):
    """Each row quotes a refusal; where values differ the page has dots or `name`."""
    code = "".join(
        path.read_text("utf-8")
        for room in ("authoring", "checking")
        for path in (root / "course_utils" / room).rglob("*.py")
    )
    code = re.sub(r'"\s*\n\s*f?"', "", code)
    (table,) = re.findall(r"^\| it says \|.*?\n\n", text, re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\| (?!it says|---)(.+?) \|", table, re.MULTILINE)
    assert len(rows) >= 10
    for row in rows:
        for part in re.split(r"\.\.\.|`[^`]*`|, ", row):
            assert part.strip() in code, f"no refusal says {part!r}"
