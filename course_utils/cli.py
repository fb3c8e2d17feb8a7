"""The command `course`: a thin face over authoring, checking and grading."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two BLAS threads on a busy machine collapse

import click
from rich.console import Console
from rich.table import Table

console = Console(highlight=False)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="one-neuron-to-keras")
def main() -> None:
    """From one neuron to Keras: build, check and grade the course's exercises."""


@main.command()
def doctor() -> None:
    """Say what is installed, what is missing, and how to mend it."""
    from course_utils.grading.doctor import findings

    table = Table(box=None, show_header=False)
    bad = False
    for finding in findings():
        bad = bad or (finding.needed and not finding.fine)
        sign = "✓" if finding.fine else "✗"
        table.add_row(sign, finding.name, finding.text)
    console.print(table)
    sys.exit(1 if bad else 0)


@main.command()
@click.argument("notebook", type=click.Path(path_type=Path))
def check(notebook: Path) -> None:
    """Judge one exercise NOTEBOOK in the terminal; exit code 0 only if all is right."""
    from course_utils.checking.card import as_text
    from course_utils.checking.question import CheckDataError
    from course_utils.grading.one import check_notebook
    from course_utils.grading.submission import SubmissionError

    try:
        verdicts = check_notebook(notebook)
    except (SubmissionError, CheckDataError) as error:
        raise click.ClickException(f"{notebook}: {error}") from None
    for verdict in verdicts:
        console.print(as_text(verdict) + "\n", markup=False)
    right = sum(verdict.is_correct for verdict in verdicts)
    console.print(f"{right} of {len(verdicts)} right")
    sys.exit(0 if right == len(verdicts) else 1)


@main.command()
@click.argument("names", nargs=-1)
@click.option("--check", is_flag=True, help="Only say what is out of date; fail if anything is.")
def build(names: tuple[str, ...], check: bool) -> None:
    """Build the exercises from solutions/: all, or those whose NAMES are given (such as 02)."""
    from course_utils.authoring.build import Course, build_all
    from course_utils.authoring.source import AuthoringError

    try:
        results = build_all(Course(Path.cwd()), names, check=check)
    except AuthoringError as error:
        raise click.ClickException(str(error)) from None
    for result in results:
        good = result.state in ("built", "up to date")
        console.print(f"{'✓' if good else '✗'} {result.name}: {result.state}", end="")
        console.print(f" ({result.message})" if result.message else "", markup=False)
        for warning in result.warnings:
            console.print(f"  warning: {warning}", markup=False)
    sys.exit(0 if all(r.state in ("built", "up to date") for r in results) else 1)


@main.command()
@click.argument("submissions", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--exercise", "name", help="The exercise; by default it is read from the notebooks.")
@click.option("--checks", type=click.Path(path_type=Path), help="Folder of the check data.")
@click.option("--seed", type=int, help="Your secret; random, and written down, if not given.")
@click.option("--workers", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True)
@click.option("--allow-unsafe", is_flag=True, help="Grade without a sandbox if there is none.")
def grade(submissions, output, name, checks, seed, workers, allow_unsafe) -> None:
    """Grade SUBMISSIONS, notebooks or folders of them; write marks and feedback to OUTPUT."""
    from course_utils.checking.question import CheckDataError
    from course_utils.grading.batch import Batch, GradingError, run
    from course_utils.grading.sandbox import NoSandbox

    batch = Batch(submissions, output, name, checks, seed, workers, allow_unsafe)
    try:
        summary = run(batch, console)
    except (GradingError, CheckDataError, NoSandbox) as error:
        raise click.ClickException(str(error)) from None
    console.print(summary)
