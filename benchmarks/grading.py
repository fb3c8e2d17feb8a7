"""Marks for a class: `course grade` beside nbgrader and otter-grader, on the same assignment.

    python benchmarks/grading.py           # 20 submissions with all three, 200 and 2,000 with ours
    python benchmarks/grading.py --quick   # 4 submissions, to see that it runs
    python benchmarks/grading.py --ours    # without the peers

"s its own" is what the answers and the probes themselves take, run once in a fork of a process that
has imported all they need: what a grader adds is the rest.

The same three NumPy questions (relu, sigmoid, softmax) stand in each tool's own format; half of the
submissions have a wrong softmax. The peers get a virtual environment each, made at the first run
beside the benchmark's other files (`--folder`). Times are of whole commands; quote the ratios.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy
from rich.console import Console
from rich.table import Table

from course_utils.authoring.build import make
from course_utils.authoring.editions import learners_notebook, notebook_text
from course_utils.authoring.source import read
from course_utils.checking.data.question import dump, load
from course_utils.checking.observing.answer import given_namespace

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "solutions" / "02_activation_functions.ipynb"
KERAS = ROOT / "tests" / "authoring" / "kinds" / "solutions" / "98_keras.ipynb"
QUESTIONS = ("relu", "sigmoid", "softmax")
WRONG = "def softmax(z):\n    e = np.exp(z - z.max())\n    return e / e.sum()"
TESTS = {
    "relu": ["relu(np.array([-2.0, 0.0, 3.0])), [0.0, 0.0, 3.0]"],
    "sigmoid": [
        "sigmoid(np.array([0.0])), [0.5]",
        "sigmoid(np.array([-1000.0, 1000.0])), [0.0, 1.0]",
    ],
    "softmax": [
        "softmax(np.array([[0.0, 0.0], [0.0, 1.0]])), [[0.5, 0.5], [0.26894142, 0.73105858]]",
        "softmax(np.array([[1000.0, 1000.0]])), [[0.5, 0.5]]",
    ],
}
WITHOUT_LOG = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
ENVIRONMENT = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "JUPYTER_PLATFORM_DIRS": "1"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--ours", action="store_true", help="leave the peers out")
    parser.add_argument("--folder", type=Path, default=Path("grading_benchmark"))
    options = parser.parse_args()
    options.folder.mkdir(exist_ok=True)
    folder = options.folder.resolve()
    count = 4 if options.quick else 20
    sizes = (4, 8) if options.quick else (20, 200, 2_000)
    answers = answers_of(SOURCE)
    rows = [ours(folder, size, answers) for size in sizes]
    if not options.ours:
        rows += [nbgrader(folder, count, answers), otter(folder, count, answers)]
    report(rows, alone(folder / f"ours-{count}" / "exercises" / "checks" / f"{SOURCE.stem}.json"))
    keras_report(keras(folder, count))


def answers_of(path: Path) -> dict[str, str]:
    """The course's own answers to the three questions, as source."""
    drafts = {draft.name: draft for draft in read(path).questions}
    exercise, _ = make(read(path))
    return {name: exercise.question(name).answer for name in QUESTIONS if name in drafts}


def handed_in(number: int, answers: dict[str, str]) -> dict[str, str]:
    """The answers of one learner: every second one has softmax wrong."""
    return {**answers, "softmax": WRONG} if number % 2 else answers


def timed(command: list, cwd: Path) -> tuple[float, float]:
    """Run a command; its seconds, and the most memory that its own process ever had, in MB."""
    programs = os.path.dirname(str(command[0]))  # nbgrader and otter call others by name
    environment = {**ENVIRONMENT, "PATH": programs + os.pathsep + os.environ["PATH"]}
    words = [str(word) for word in command]
    with tempfile.TemporaryFile("w+") as said:
        start = time.perf_counter()
        run = subprocess.Popen(words, cwd=cwd, env=environment, stdout=said, stderr=said)
        memory = 0.0
        while run.poll() is None:
            memory = peak(run.pid) or memory
            time.sleep(0.01)
        seconds = time.perf_counter() - start
        if run.returncode:
            said.seek(0)
            raise SystemExit(f"{command[0]} failed:\n{said.read()[-2000:]}")
    return seconds, memory


def peak(pid: int) -> float:
    """The largest memory that a process has had so far, in MB; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(found[0].split()[1]) / 1024 if found else 0.0


def row(tool: str, count: int, seconds: float, one: float, memory: float, right: int) -> dict:
    rest = (seconds - one) / (count - 1)
    return {
        "tool": tool, "count": count, "seconds": seconds, "one": one, "each": rest,
        "memory": memory, "right": right,
    }  # fmt: skip


# ours


def ours(folder: Path, count: int, answers: dict[str, str]) -> dict:
    place = fresh(folder / f"ours-{count}")
    write_our_exercise(place)
    learner = json.loads((place / "exercises" / "02_activation_functions.ipynb").read_text())
    data = json.loads((place / "exercises/checks/02_activation_functions.json").read_text())
    ids = {question["answer_id"]: question["names"][0] for question in data["questions"]}
    for number in range(count):
        given = handed_in(number, answers)
        cells = [
            {**cell, "source": given[ids[cell["id"]]]} if cell["id"] in ids else cell
            for cell in learner["cells"]
        ]
        target = place / "submissions" / f"learner{number:04}.ipynb"
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps({**learner, "cells": cells}))
    grade = [sys.executable, "-c", "from course_utils.cli import main; main()", "grade"]
    first = place / "submissions" / "learner0000.ipynb"
    one, _ = timed([*grade, first, "-o", "one", "--seed", "1"], place)
    seconds, memory = timed([*grade, "submissions", "-o", "marks", "--seed", "1"], place)
    results = json.loads((place / "marks" / "results.json").read_text())
    full = sum(result["score"] == result["max_score"] for result in results)
    return row("course grade (sandbox)", count, seconds, one, memory, full)


def write_our_exercise(place: Path) -> None:
    """The course's exercise, cut to the three questions, built as `course build` does."""
    notebook = json.loads(SOURCE.read_text())
    cells, keep = [], True
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if source.startswith("### "):
            keep = any(f"`{name}`" in source.partition("\n")[0] for name in QUESTIONS)
        if source.startswith("## Done"):
            keep = False
        cells += [cell] if keep else []
    path = place / "solutions" / SOURCE.name
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({**notebook, "cells": cells}))
    solution = read(path)
    exercise, _ = make(solution)
    target = place / "exercises"
    (target / "checks").mkdir(parents=True)
    learner = learners_notebook(solution, {q.name: q for q in exercise.questions})
    (target / SOURCE.name).write_text(notebook_text(learner))
    (target / "checks" / f"{solution.name}.json").write_text(dump(exercise))


def keras(folder: Path, count: int) -> dict:
    """Two Keras questions a submission, all right: the second trains a network of its own."""
    place = fresh(folder / "keras")
    (place / "solutions").mkdir()
    shutil.copy(KERAS, place / "solutions")
    course = [sys.executable, "-c", "from course_utils.cli import main; main()"]
    timed([*course, "build"], place)
    learner = json.loads((place / "exercises" / KERAS.name).read_text())
    data = json.loads((place / "exercises/checks" / f"{KERAS.stem}.json").read_text())
    answers = {question["answer_id"]: question["answer"] for question in data["questions"]}
    cells = [{**c, "source": answers.get(c["id"], c["source"])} for c in learner["cells"]]
    (place / "in").mkdir()
    for number in range(count):
        target = place / "in" / f"learner{number:04}.ipynb"
        target.write_text(json.dumps({**learner, "cells": cells}))
    grade = [*course, "grade", "--seed", "1", "--workers", "1", "-o"]
    one, _ = timed([*grade, "one", place / "in" / "learner0000.ipynb"], place)
    seconds, memory = timed([*grade, "marks", "in"], place)
    results = json.loads((place / "marks" / "results.json").read_text())
    full = sum(result["score"] == result["max_score"] for result in results)
    own = alone(place / "exercises/checks" / f"{KERAS.stem}.json")
    fresh_start, _ = timed([sys.executable, "-c", "import keras"], place)
    made = row("course grade, Keras, one worker", count, seconds, one, memory, full)
    return {**made, "questions": len(answers), "import": fresh_start, "own": own}


def alone(checks: Path, times: int = 10) -> float:
    """Seconds that the course's answers to an exercise and their probes take by themselves."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as executor:
        return executor.submit(_alone, checks, times).result()


def _alone(checks: Path, times: int) -> float:
    os.environ |= WITHOUT_LOG
    exercise = load(checks)
    given = given_namespace(exercise.given)
    new_rng = numpy.random.default_rng  # imports numpy.random before the fork
    total = 0.0
    for _ in range(times):
        reading, writing = os.pipe()
        if os.fork() == 0:
            start = time.perf_counter()
            for question in exercise.questions:
                exec(question.answer, given)
            for question in exercise.questions:
                space = {**given, "np": numpy, "seed": 1}
                exec(question.helpers, space)
                for place, probe in enumerate(question.probes):
                    eval(probe.observed, {**space, "rng": new_rng([1, place])})
            os.write(writing, str(time.perf_counter() - start).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as told:
            total += float(told.read())
        os.wait()
    return total / times


# the peers


def environment_of(folder: Path, package: str) -> Path:
    """The folder of programs of a virtual environment with a peer in it, made if it isn't there."""
    place = folder / f"venv-{package}"
    if not (place / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        pip = [place / "bin" / "python", "-m", "pip", "install", "-q"]
        subprocess.run([*pip, package, "numpy", "ipykernel"], check=True)
        (place / "ready").touch()
    return place / "bin"


def notebook_of(cells: list[dict]) -> str:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    numbered = [{**cell, "id": f"cell-{i}"} for i, cell in enumerate(cells)]
    return json.dumps({"cells": numbered, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def code(source: str, **metadata) -> dict:
    made = {"cell_type": "code", "source": source, "metadata": metadata}
    return {**made, "outputs": [], "execution_count": None}


def raw(source: str) -> dict:
    return {"cell_type": "raw", "source": source, "metadata": {}}


def asserts(name: str) -> str:
    return "\n".join(f"np.testing.assert_allclose({test}, atol=1e-6)" for test in TESTS[name])


def nbgrader(folder: Path, count: int, answers: dict[str, str]) -> dict:
    """nbgrader's own way: generate the assignment, put submissions in place, autograde them."""
    programs, place = environment_of(folder, "nbgrader"), fresh(folder / "nbgrader")

    def cells(given: dict[str, str]) -> list[dict]:
        made = [code("import numpy as np")]
        for name in QUESTIONS:
            body = (
                f"### BEGIN SOLUTION\n{given[name]}\n### END SOLUTION" if given is answers else ""
            )
            made.append(code(body or given[name], nbgrader=field(name, solution=True)))
            test = field(f"{name}_test", grade=True, points=1, locked=True)
            made.append(code(asserts(name), nbgrader=test))
        return made

    def field(grade_id: str, **fields) -> dict:
        base = {"grade": False, "solution": False, "locked": False, "task": False}
        return {**base, "schema_version": 3, "grade_id": grade_id, **fields}

    source = place / "source" / "small" / "small.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(notebook_of(cells(answers)))
    timed([programs / "nbgrader", "generate_assignment", "small", "--create"], place)
    for number in range(count):
        target = place / "submitted" / f"learner{number:04}" / "small" / "small.ipynb"
        target.parent.mkdir(parents=True)
        given = handed_in(number, {**answers})
        target.write_text(notebook_of(cells(given)))
    autograde = [programs / "nbgrader", "autograde", "small", "--create", "--force"]
    one, _ = timed([*autograde, "--student", "learner0000"], place)
    seconds, memory = timed(autograde, place)
    timed([programs / "nbgrader", "export"], place)
    marks = (place / "grades.csv").read_text().splitlines()[1:]
    full = sum(line.split(",")[-2:] == ["3.0", "3.0"] or ",3.0,3.0" in line for line in marks)
    return row("nbgrader autograde", count, seconds, one, memory, full)


def otter(folder: Path, count: int, answers: dict[str, str]) -> dict:
    """otter's own way without Docker: assign, then `otter run` for each, two at a time."""
    programs, place = environment_of(folder, "otter-grader"), fresh(folder / "otter")
    cells = [raw("# ASSIGNMENT CONFIG\nname: small\ninit_cell: true"), code("import numpy as np")]
    for name in QUESTIONS:
        cells += [
            raw(f"# BEGIN QUESTION\nname: {name}\npoints: 1"),
            raw("# BEGIN SOLUTION"),
            code(f"# BEGIN SOLUTION\n{answers[name]}\n# END SOLUTION"),
            raw("# END SOLUTION"),
            raw("# BEGIN TESTS"),
            code(asserts(name)),
            raw("# END TESTS"),
            raw("# END QUESTION"),
        ]
    (place / "small.ipynb").write_text(notebook_of(cells))
    timed([programs / "otter", "assign", "small.ipynb", "dist", "--no-run-tests"], place)
    archive = next((place / "dist" / "autograder").glob("*.zip"))
    student = json.loads((place / "dist" / "student" / "small.ipynb").read_text())
    targets = []
    for number in range(count):
        target = fresh(place / f"learner{number:04}") / "small.ipynb"
        given = handed_in(number, answers)
        extra = [code(given[name]) for name in QUESTIONS]
        cells = student["cells"]  # the first one sets otter up
        answered = json.loads(notebook_of([cells[0], code("import numpy as np"), *extra]))
        target.write_text(json.dumps({**answered, "metadata": student["metadata"]}))
        targets.append(target)

    def run(target: Path) -> tuple[float, float]:
        command = [programs / "otter", "run", "-a", archive, "-o", target.parent, target]
        return timed(command, target.parent)

    one, _ = run(targets[0])
    start = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        memory = max(memory for _, memory in pool.map(run, targets))
    seconds = time.perf_counter() - start
    scores = [json.loads((t.parent / "results.json").read_text())["tests"] for t in targets]
    full = sum(
        all(t["score"] == t["max_score"] for t in tests if t.get("max_score")) for tests in scores
    )
    return row("otter run", count, seconds, one, memory, full)


def fresh(place: Path) -> Path:
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return place


def report(rows: list[dict], own: float) -> None:
    """Print the table; the ratios are of the time that each further submission takes."""
    table = Table(title="three NumPy questions")
    heads = ("", "submissions", "all right", "s in all", "s for one", "s each more", "peak MB")
    cores = os.cpu_count() or 1
    for head in (*heads, "times ours"):
        table.add_column(head, justify="left" if head == "" else "right")
    largest = max((r for r in rows if r["tool"].startswith("course")), key=lambda r: r["count"])
    for r in rows:
        table.add_row(
            r["tool"], str(r["count"]), str(r["right"]), f"{r['seconds']:.1f}", f"{r['one']:.1f}",
            f"{r['each']:.3f}", f"{r['memory']:.0f}", f"{r['each'] / largest['each']:.1f}",
        )  # fmt: skip
    Console(width=110).print(table)
    print(
        f"The answers themselves take {own:.4f} s a submission, {own / cores:.4f} s on {cores} "
        f"cores; {largest['each'] - own / cores:.4f} s of {largest['each']:.4f} s are the grader's."
    )


def keras_report(r: dict) -> None:
    each = r["each"] / r["questions"]
    print(
        f"{r['tool']}: {r['count']} submissions, {r['right']} all right, {r['seconds']:.1f} s in "
        f"all, {r['one']:.1f} s for one; {each:.2f} s a question, of which "
        f"{r['own'] / r['questions']:.2f} s are the answer's own. A fresh process takes "
        f"{r['import']:.1f} s to import Keras alone, {r['import'] / each:.0f} times as long."
    )


if __name__ == "__main__":
    main()
