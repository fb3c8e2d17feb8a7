"""The command `course`: a thin face over authoring, checking and grading."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two BLAS threads on a busy machine collapse

import click
from rich.console import Console
from rich.table import Table

from course_utils.errors import CourseError

console = Console(highlight=False)


class Named(click.Path):
    """A path that is not empty: `-o "$FOLDER"` of a variable that isn't set is not this folder."""

    def convert(self, value, param, ctx):
        if value == "":
            self.fail("the name is empty. Is a variable not set?", param, ctx)
        return super().convert(value, param, ctx)


class Commands(click.Group):
    """What is meant for people is said to them in its own words, without a traceback."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except CourseError as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="one-neuron-to-keras")
def main() -> None:
    """From one neuron to Keras: build, check and grade the course's exercises."""
    from course_utils.grading.ending import speakable

    speakable()


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
    from course_utils.grading.marking.check_one import check_notebook, find_exercise
    from course_utils.grading.marking.second_opinion import second_opinion

    try:
        exercise, checks = find_exercise(notebook)
        verdicts = check_notebook(notebook, exercise)
        for verdict in verdicts:
            console.print(as_text(verdict) + "\n", markup=False)
        right = sum(verdict.is_correct for verdict in verdicts)
        console.print(f"{right} of {len(verdicts)} right")
        opinions = second_opinion(notebook, exercise, checks) if nbval else []
    except CourseError as error:
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
    from course_utils.learning.course_progress import read_progress
    from course_utils.learning.overview import overview

    found = read_progress(Path.cwd(), names)
    if names:
        console.print("\n\n".join(overview(*pair).text for pair in found), markup=False)
    else:
        console.print(_progress_table(found))


def _progress_table(found: list) -> Table:
    from course_utils.learning.overview import bar

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
@click.argument("exercise")
@click.argument("question", default="")
def reset(exercise: str, question: str) -> None:
    """Put an EXERCISE (such as 02), or one QUESTION of it, back to its starter.

    What stood there is kept among the backups. Close the notebook first, or reload it afterwards.
    """
    from course_utils.learning.copies.putting_back import reset as put_back

    kept = _with_keeper(lambda keeper: put_back(keeper, exercise, question))
    console.print(f"Back at its starter. What stood there: {kept}", markup=False, soft_wrap=True)


@main.command()
@click.argument("target", default=".", type=click.Path(path_type=Path))
def backup(target: Path) -> None:
    """Write all that is yours, answers and progress, into one zip: TARGET, or a folder for it."""
    from course_utils.learning.copies.putting_back import backup as pack

    written = _with_keeper(lambda keeper: pack(keeper, target.absolute()))
    console.print(f"Written: {written}", markup=False, soft_wrap=True)


@main.command()
@click.argument("archive", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(archive: Path) -> None:
    """Put back what a backup holds, on this computer or another one.

    What it replaces is kept among the backups; what it doesn't have stays.
    """
    from course_utils.learning.copies.putting_back import restore as unpack

    kept = _with_keeper(lambda keeper: unpack(keeper, archive))
    console.print("Put back." + (f" What it replaced: {kept}" if kept else ""),
                  markup=False, soft_wrap=True)  # fmt: skip


def _with_keeper(act):
    """What an act on the learner's own folder returns; what it refuses ends the command."""
    from course_utils.learning.copies.keeping import Keeper
    from course_utils.learning.own_folder import course_root, own_folder

    root, own = course_root(), own_folder()
    if root is None or own is None:
        missing = "the course" if root is None else "a folder of your own"
        raise click.ClickException(f"There is no trace here of {missing}: run start.py first.")
    return act(Keeper(root, own))


@main.command()
@click.argument("names", nargs=-1)
@click.option("--check", is_flag=True, help="Only say what is out of date; fail if anything is.")
@click.option("--report", is_flag=True, help="Then say which changed solutions no probe catches.")
@click.option("--question", "questions", multiple=True, metavar="QUESTION",
              help="With --report: only on this question; may be given again.")  # fmt: skip
def build(names: tuple[str, ...], check: bool, report: bool, questions: tuple[str, ...]) -> None:
    """Build the exercises from solutions/: all, or those whose NAMES are given (such as 02)."""
    from course_utils.authoring.build import Course, build_all

    if questions and not report:
        raise click.UsageError("--question says what a report is on: add --report.")
    course = Course(Path.cwd())
    results = build_all(course, names, check=check)
    for result in results:
        good = result.state in ("built", "up to date")
        console.print(f"{'✓' if good else '✗'} {result.name}: {result.state}", end="")
        text = f" ({result.message})" if result.message else ""
        console.print(text, markup=False, soft_wrap=True)
        for words in (*result.refusals, *(f"warning: {w}" for w in result.warnings)):
            console.print(f"  {words}", markup=False, soft_wrap=True)
    current = all(result.state in ("built", "up to date") for result in results)
    if report and not current:
        raise click.ClickException("No report: it needs exercises that are built and up to date.")
    sys.exit(0 if current and (not report or _report(course, names, questions)) else 1)


def _report(course, names: tuple[str, ...], questions: tuple[str, ...]) -> bool:
    """Print the mutation report; whether every mutant is caught or declared equivalent."""
    from rich.progress import Progress

    from course_utils.authoring.report import report
    from course_utils.authoring.report_table import remarks, table

    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("changing solutions", total=None)

        def done(count: int, total: int) -> None:
            bar.update(task, completed=count, total=total)

        reports = report(course, names, done, questions)
    console.print(table(reports))
    for remark in remarks(reports):
        console.print(remark, soft_wrap=True)  # so that a line can be copied
    return not any(r.survivors for r in reports)


@main.command()
@click.argument("name")
def new(name: str) -> None:
    """Begin a lesson: the texts of lesson and solution NAME (such as 14_generalization)."""
    from course_utils.authoring.new import new as write

    written = write(name, Path.cwd())
    for path in written:
        console.print(f"✓ {path.relative_to(Path.cwd())}", markup=False, soft_wrap=True)
    console.print(f"Write there, then `course run {name[:2]}`.", markup=False, soft_wrap=True)


@main.command()
@click.argument("names", nargs=-1)
@click.option("--from", "source", type=click.Choice(["text", "notebook"]),
              help="Which of the two is right, where both were changed.")  # fmt: skip
@click.option("--check", is_flag=True, help="Only say which pairs differ; fail if any does.")
def text(names: tuple[str, ...], source: str | None, check: bool) -> None:
    """Make lessons and solutions agree with their text: all, or NAMES (such as 02, or paths).

    Whichever was changed since they last agreed is written into the other. Outputs stay with the
    cells whose code is the same; `course run` makes the others.
    """
    from course_utils.authoring.names import chosen
    from course_utils.authoring.pairing import Pair, agree, pairs, settle
    from course_utils.authoring.source import AuthoringError

    good = True
    paths = chosen(names, pairs(Path.cwd()))
    for path in paths:
        try:
            if check:
                fine = agree(Pair(path))
                words = "the same" if fine else "differs from its text: run `course text`"
            else:
                done, fine = settle(Pair(path), source or ""), True
                words = f"{done.wrote or 'nothing'} written"
                cells = f"{done.unrun} code cell{'s' * (done.unrun != 1)}"
                words += f"; `course run` it: {cells} without outputs" if done.unrun else ""
        except AuthoringError as error:
            fine, words = False, str(error)
        good = good and fine
        label = f"{'✓' if fine else '✗'} {Pair(path).name}: {words}"
        console.print(label, markup=False, soft_wrap=True)
    sys.exit(0 if good else 1)


@main.command()
@click.argument("names", nargs=-1)
@click.option("--check", is_flag=True, help="Only say which lack it; fail if any does.")
def way(names: tuple[str, ...], check: bool) -> None:
    """Write the first and last line of lessons and solutions: previous, next, exercise, map.

    All of them, or NAMES (such as 02); needed when a lesson is added, renamed or moved. Then
    `course build` brings the lines into the exercises.
    """
    from course_utils.authoring.names import chosen
    from course_utils.authoring.pairing import Pair, pairs
    from course_utils.authoring.source import AuthoringError
    from course_utils.authoring.way import has_way, write_way

    good = True
    paths = chosen(names, [path for path in pairs(Path.cwd()) if path.is_file()])
    for path in paths:
        try:
            fine = has_way(path) if check else True
            words = "has its lines" if fine else "lacks its lines: run `course way`"
            if not check:
                words = "lines written" if write_way(path) else "has its lines"
        except (AuthoringError, ValueError, KeyError) as error:
            fine, words = False, str(error)
        good = good and fine
        label = f"{'✓' if fine else '✗'} {Pair(path).name}: {words}"
        console.print(label, markup=False, soft_wrap=True)
    sys.exit(0 if good else 1)


@main.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--from", "source", type=click.Choice(["text", "notebook"]),
              help="Which of the two is right, where both were changed.")  # fmt: skip
def run(names: tuple[str, ...], source: str | None) -> None:
    """Run the lesson and the solution NAMES (such as 02, or one path) and store their outputs.

    First each is settled with its text, formatted, and the solution's exercise is built. `all`
    runs everything.
    """
    from course_utils.authoring.names import chosen
    from course_utils.authoring.pairing import pairs
    from course_utils.authoring.run import run_all

    found = pairs(Path.cwd())
    elsewhere = [Path(n) for n in names if n.endswith(".ipynb") and _is_elsewhere(Path(n), found)]
    others = tuple(n for n in names if Path(n) not in elsewhere)
    paths = chosen(() if "all" in others else others, found) if others else []
    good = True
    for ran in run_all([*paths, *elsewhere], Path.cwd(), source or ""):
        good = good and not ran.refused
        words = ran.refused or f"{ran.cells} code cells run and stored"
        label = f"{'✗' if ran.refused else '✓'} {ran.name}: {words}"
        console.print(label, markup=False, soft_wrap=True)
        for note in ran.notes:
            console.print(f"  {note}", markup=False, soft_wrap=True)
    sys.exit(0 if good else 1)


def _is_elsewhere(path: Path, pairs: list[Path]) -> bool:
    """Whether a notebook lies outside of the course's folders, such as docs/gallery.ipynb."""
    return path.is_file() and path.resolve() not in [pair.resolve() for pair in pairs]


@main.command()
@click.argument("names", nargs=-1, required=True)
@click.option("-o", "--output", required=True, type=Named(path_type=Path))
@click.option("--hints/--no-hints", default=True, show_default=True, help="Leave hints in.")
def release(names: tuple[str, ...], output: Path, hints: bool) -> None:
    """Write a classroom edition of the exercises NAMES (such as 02), without their solutions."""
    from course_utils.authoring.build import Course
    from course_utils.authoring.release import release as write
    from course_utils.checking.data.question import load
    from course_utils.grading.marking.fixed import fixed_questions

    course = Course(Path.cwd())
    try:
        released = write(course, names, output, hints=hints)
    except OSError as error:
        reason = error.strerror or error
        raise click.ClickException(f"{output} can't be written to: {reason}.") from None
    for edition in released:
        files = ", ".join(str(file.relative_to(output)) for file in edition.files)
        with_hints = "with hints" if hints else "without hints"
        text = f"✓ {edition.name}: {files} in {output}, {with_hints}, without solutions"
        console.print(text, markup=False, soft_wrap=True)
        if fixed := fixed_questions(load(course.checks(edition.name))):
            listed = ", ".join(fixed)
            text = (
                f"  The check data hold the answer itself to {listed}: for marks, see --only-hidden"
            )
            console.print(text, markup=False, soft_wrap=True)


@main.command()
@click.argument("submissions", nargs=-1, required=True, type=Named(path_type=Path))
@click.option("-o", "--output", required=True, type=Named(path_type=Path))
@click.option(
    "--exercise", "name", help="The exercise, such as 02; by default the notebooks say it."
)
@click.option("--checks", type=click.Path(path_type=Path), help="Folder of the check data.")
@click.option("--seed", type=int, help="Your secret; random, and written down, if not given.")
@click.option("--only-hidden", is_flag=True, help="Count only what hidden inputs can test.")
@click.option("--leave-out", multiple=True, metavar="QUESTION", help="Let it count nothing.")
@click.option("--workers", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True)
@click.option("--allow-unsafe", is_flag=True, help="Grade without a sandbox if there is none.")
@click.option("--cluster", metavar="ADDRESS", help="Grade on this dask.distributed cluster.")
def grade(
    submissions, output, name, checks, seed, only_hidden, leave_out, workers, allow_unsafe, cluster
) -> None:
    """Grade SUBMISSIONS, notebooks or folders of them; write marks and feedback to OUTPUT."""
    from course_utils.grading.batch import Batch, run
    from course_utils.grading.ending import Stopped, mute, said, stoppable

    batch = Batch(
        submissions, output, name, checks, seed, workers, allow_unsafe, cluster, leave_out,
        only_hidden,
    )  # fmt: skip
    try:
        with stoppable():
            outcome = run(batch, console)
    except CourseError as error:
        said(f"Error: {error}")
        sys.exit(1)
    except Stopped as stop:
        said(f"Stopped. What is graded by now is kept in {output}; the same command goes on.")
        sys.exit(stop.exit_code)
    code = 0
    try:
        console.print(outcome.summary)
        console.file.flush()
    except OSError as error:
        mute()
        said(f"Error: the marks are in {output}; the summary can't be printed: {error.strerror}.")
        code = 1
    if outcome.unread:
        said(
            f"Error: {outcome.unread} of the files could not be read and have no marks yet; the "
            "remarks in grades.csv say why. The same command tries them again."
        )
        code = 1
    sys.exit(code)


if __name__ == "__main__":
    main()
