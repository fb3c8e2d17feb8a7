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
@click.option("--nbval", is_flag=True, help="Ask nbval for a second opinion; needs solutions/.")
def check(notebook: Path, nbval: bool) -> None:
    """Judge one exercise NOTEBOOK in the terminal; exit code 0 only if all is right."""
    from course_utils.checking.card import as_text
    from course_utils.checking.question import CheckDataError
    from course_utils.grading.one import check_notebook, find_exercise
    from course_utils.grading.second_opinion import SecondOpinionError, second_opinion
    from course_utils.grading.submission import SubmissionError

    try:
        exercise, checks = find_exercise(notebook)
        verdicts = check_notebook(notebook, exercise)
        for verdict in verdicts:
            console.print(as_text(verdict) + "\n", markup=False)
        right = sum(verdict.is_correct for verdict in verdicts)
        console.print(f"{right} of {len(verdicts)} right")
        opinions = second_opinion(notebook, exercise, checks) if nbval else []
    except (SubmissionError, CheckDataError, SecondOpinionError) as error:
        raise click.ClickException(f"{notebook}: {error}") from None
    same = sum(opinion.same for opinion in opinions)
    if nbval:
        console.print(f"{same} of {len(opinions)} show the solved notebook's card under nbval")
    for verdict, opinion in zip(verdicts, opinions, strict=False):
        if opinion.same != verdict.is_correct:
            first = "right" if verdict.is_correct else "not right"
            console.print(
                f"The two disagree on {opinion.question}: here it is {first}; nbval says: "
                f"{opinion.report or 'the same card'}",
                markup=False,
            )
    sys.exit(0 if right == len(verdicts) and same == len(opinions) else 1)


@main.command()
@click.argument("names", nargs=-1)
def progress(names: tuple[str, ...]) -> None:
    """Show what is solved: every exercise, or each question of those whose NAMES are given."""
    from course_utils.checking.course_progress import ProgressError, read_progress
    from course_utils.checking.overview import overview
    from course_utils.checking.question import CheckDataError

    try:
        found = read_progress(Path.cwd(), names)
    except (ProgressError, CheckDataError) as error:
        raise click.ClickException(str(error)) from None
    if names:
        console.print("\n\n".join(overview(*pair).text for pair in found), markup=False)
    else:
        console.print(_progress_table(found))


def _progress_table(found: list) -> Table:
    from course_utils.checking.overview import bar

    table = Table("exercise", "progress", "solved", "open", box=None, header_style="bold")
    for exercise, records in [*found, *([("all", None)] if len(found) > 1 else [])]:
        chosen = found if records is None else [(exercise, records)]
        questions = [(q, e[1].get(q.name)) for e in chosen for q in e[0].questions]
        left = [q for q, record in questions if not (record and record.solved)]
        solved = len(questions) - len(left)
        minutes = f"about {sum(q.minutes for q in left)} min" if left else "done"
        name = exercise if records is None else exercise.name
        style = "" if left else "green"
        table.add_row(name, bar(solved, len(questions)), f"{solved} of {len(questions)}", minutes,
                      style=style)  # fmt: skip
    return table


@main.command()
@click.argument("names", nargs=-1)
@click.option("--check", is_flag=True, help="Only say what is out of date; fail if anything is.")
@click.option("--report", is_flag=True, help="Then say which changed solutions no probe catches.")
def build(names: tuple[str, ...], check: bool, report: bool) -> None:
    """Build the exercises from solutions/: all, or those whose NAMES are given (such as 02)."""
    from course_utils.authoring.build import Course, build_all
    from course_utils.authoring.source import AuthoringError

    course = Course(Path.cwd())
    try:
        results = build_all(course, names, check=check)
    except AuthoringError as error:
        raise click.ClickException(str(error)) from None
    for result in results:
        good = result.state in ("built", "up to date")
        console.print(f"{'✓' if good else '✗'} {result.name}: {result.state}", end="")
        text = f" ({result.message})" if result.message else ""
        console.print(text, markup=False, soft_wrap=True)
        for warning in result.warnings:
            console.print(f"  warning: {warning}", markup=False, soft_wrap=True)
    current = all(result.state in ("built", "up to date") for result in results)
    if report and not current:
        raise click.ClickException("No report: it needs exercises that are built and up to date.")
    sys.exit(0 if current and (not report or _report(course, names)) else 1)


def _report(course, names: tuple[str, ...]) -> bool:
    """Print the mutation report; whether every mutant is caught or declared equivalent."""
    from rich.progress import Progress

    from course_utils.authoring.report import report
    from course_utils.authoring.report_table import remarks, table
    from course_utils.authoring.source import AuthoringError

    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("changing solutions", total=None)

        def done(count: int, total: int) -> None:
            bar.update(task, completed=count, total=total)

        try:
            reports = report(course, names, done)
        except AuthoringError as error:
            raise click.ClickException(str(error)) from None
    console.print(table(reports))
    for remark in remarks(reports):
        console.print(remark, soft_wrap=True)  # so that a line can be copied
    return not any(r.survivors for r in reports)


@main.command()
@click.argument("names", nargs=-1, required=True)
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path))
@click.option("--hints/--no-hints", default=True, show_default=True, help="Leave hints in.")
def release(names: tuple[str, ...], output: Path, hints: bool) -> None:
    """Write a classroom edition of the exercises NAMES (such as 02), without their solutions."""
    from course_utils.authoring.build import Course
    from course_utils.authoring.release import release as write
    from course_utils.authoring.source import AuthoringError

    try:
        released = write(Course(Path.cwd()), names, output, hints=hints)
    except AuthoringError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        reason = error.strerror or error
        raise click.ClickException(f"{output} can't be written to: {reason}.") from None
    for edition in released:
        files = ", ".join(str(file.relative_to(output)) for file in edition.files)
        with_hints = "with hints" if hints else "without hints"
        text = f"✓ {edition.name}: {files} in {output}, {with_hints}, without solutions"
        console.print(text, markup=False, soft_wrap=True)


@main.command()
@click.argument("submissions", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--exercise", "name", help="The exercise, such as 02; by default the notebooks say it."
)
@click.option("--checks", type=click.Path(path_type=Path), help="Folder of the check data.")
@click.option("--seed", type=int, help="Your secret; random, and written down, if not given.")
@click.option("--workers", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True)
@click.option("--allow-unsafe", is_flag=True, help="Grade without a sandbox if there is none.")
@click.option("--cluster", metavar="ADDRESS", help="Grade on this dask.distributed cluster.")
def grade(submissions, output, name, checks, seed, workers, allow_unsafe, cluster) -> None:
    """Grade SUBMISSIONS, notebooks or folders of them; write marks and feedback to OUTPUT."""
    from course_utils.checking.question import CheckDataError
    from course_utils.grading.batch import Batch, GradingError, run
    from course_utils.grading.intake import IntakeError
    from course_utils.grading.remote import ClusterError
    from course_utils.grading.sandbox import NoSandbox

    batch = Batch(submissions, output, name, checks, seed, workers, allow_unsafe, cluster)
    try:
        summary = run(batch, console)
    except (GradingError, IntakeError, CheckDataError, NoSandbox, ClusterError) as error:
        raise click.ClickException(str(error)) from None
    console.print(summary)
