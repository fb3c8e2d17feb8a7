"""Which of the files that a learner handed in counts, and what is said about the others.

The rule, in this order: a notebook that says it is this exercise, before one that doesn't say,
before another exercise's; one with work in it before an untouched one; a later copy, such as
"(2)", before an earlier one, and both before the original; then by name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from course_utils.checking.data.question import Exercise
from course_utils.grading.intake.archive import inside
from course_utils.grading.intake.entry import DEEP, FILE, FOLDER, Entry, SubmissionError, what_it_is
from course_utils.grading.intake.file import File
from course_utils.grading.intake.find import HandedIn, platform_of, unique_names
from course_utils.grading.intake.folder import IntakeError, as_path
from course_utils.grading.intake.names import is_notebook_name, stem
from course_utils.grading.intake.notebook import Notebook, parse
from course_utils.grading.intake.text import one_line

COPY = re.compile(
    r"(?:[-_ ]+\(?(?:Copy|Kopie|copie|copia)\)?[ -]?(\d*)| ?[_-]?\((\d+)\))$", re.IGNORECASE
)
COPY_OF = re.compile(r"(?:(?:Copy of|Kopie von|Copie de|Copia de|Cópia de) )+", re.IGNORECASE)
MAX_MARK = 60  # characters at a name's end in which the mark of a copy is looked for
MAX_CANDIDATES = 2_000  # notebooks of one folder
MAX_PACKED = 50  # files of an archive, which may unpack to a thousand times of what it weighs
MAX_COPIES = 5


@dataclass(frozen=True)
class Candidate:
    """A file that may be the one that counts. notebook: None if it can't be read as one."""

    entry: Entry
    notebook: Notebook | None
    problem: str = ""
    passing: bool = False

    @property
    def name(self) -> str:
        return as_path(self.entry.parts)


def choose(handed_in: Iterable[HandedIn], exercise: Exercise) -> list[File]:
    """One file for each learner, with remarks about the rest; never fewer files than learners."""
    files = [file for one in handed_in for file in _files(one, exercise)]
    files = unique_names(sorted(files, key=lambda file: file.name))
    names = {file.name for file in files if not file.platform}
    return [_as_copy(file, names) for file in files]


def _as_copy(file: File, names: set[str]) -> File:
    """A remark on a file that may be another one's copy; whose it is, nobody can tell."""
    original, number = copy_number(file.name)
    if file.platform or not number or original not in names:
        return file
    note = f"by its name it is a copy of `{one_line(original, 60)}`, which has a row of its own"
    return replace(file, remarks=(*file.remarks, note))


def declared(handed_in: Iterable[HandedIn]) -> str:
    """The exercise that most of the notebooks name, "" if none names one.

    Raises IntakeError if as many name another, as in checkouts of the whole course.
    """
    names: Counter[str] = Counter()
    for one in handed_in:
        found = {c.notebook.exercise for c in _candidates(one) if c.notebook is not None}
        names.update(found - {""})
    most = sorted(name for name, n in names.items() if n == max(names.values()))
    if len(most) > 1:
        more = f" and {len(most) - 2} more" if len(most) > 2 else ""
        raise IntakeError(
            f"As many notebooks say that they are {one_line(most[0], 60)} as "
            f"{one_line(most[1], 60)}{more}. Say which one is to be graded with --exercise."
        )
    return most[0] if most else ""


def copy_number(name: str) -> tuple[str, int]:
    """A file's name without what a copy has behind it, and the number of the copy, 0 for none."""
    begins = COPY_OF.match(name)
    first = begins.end() if begins and begins.end() < len(name) else 0
    found = COPY.search(name, max(first, len(name) - MAX_MARK))
    if found is None:
        return name[first:], min(first, 1)
    return name[first : found.start()], int(next(filter(None, found.groups()), "1")[:9])


def _files(one: HandedIn, exercise: Exercise) -> Iterator[File]:
    candidates = _candidates(one)
    blank = File(one.name, Path(one.name), one.learner, one.learner_id, one.platform)
    late = ("handed in late",) if one.late else ()
    if not candidates:
        yield replace(blank, problem=_instead(one.entries), remarks=late, passing=False)
    elif one.one_person or not _of_several(candidates, exercise):
        yield _file(blank, late, candidates, exercise)
    else:
        for candidate in candidates:
            if not _of_another(candidate, exercise):
                name = f"{one.name}/{stem(candidate.entry.name)}"
                yield _file(replace(blank, name=name), late, [candidate], exercise)


def _file(
    blank: File, late: tuple[str, ...], candidates: list[Candidate], exercise: Exercise
) -> File:
    best, *others = sorted(candidates, key=lambda c: _rank(c, exercise))
    rivals = [c for c in others if c.notebook is None or not _of_another(c, exercise)]
    remarks = list(late)
    if rivals and not _of_another(best, exercise):
        names = ", ".join(f"`{one_line(c.name, 60)}`" for c in rivals[:5])
        more = f" and {len(rivals) - 5} more" if len(rivals) > 5 else ""
        remarks.append(
            f"{len(rivals) + 1} notebooks were handed in; `{one_line(best.name, 60)}` counts, not "
            f"{names}{more}"
        )
    if not best.entry.name.endswith(".ipynb") and best.notebook is not None:
        remarks.append(f"its name is `{one_line(best.entry.name, 60)}`; read as a notebook")
    return replace(
        blank,
        path=Path(best.entry.name),
        entry=best.entry,
        problem=best.problem,
        passing=best.passing,
        remarks=tuple(remarks),
    )


def _rank(candidate: Candidate, exercise: Exercise) -> tuple:
    notebook = candidate.notebook
    if notebook is None:
        return (3, 0, 0, candidate.name)
    if _of_another(candidate, exercise):
        return (2, 0, 0, candidate.name)
    says_so = notebook.exercise == exercise.name or bool(_answers(notebook, exercise))
    _, number = copy_number(stem(candidate.entry.name))
    return (0 if says_so else 1, _is_untouched(notebook, exercise), -number, candidate.name)


def _of_another(candidate: Candidate, exercise: Exercise) -> bool:
    notebook = candidate.notebook
    return (
        notebook is not None
        and notebook.exercise not in ("", exercise.name)
        and 2 * len(_answers(notebook, exercise)) < len(exercise.questions)
    )


def _answers(notebook: Notebook, exercise: Exercise) -> dict[str, str]:
    """Source by id, of the cells that are answers of the exercise."""
    ids = {question.answer_id for question in exercise.questions}
    return {cell.id: cell.source for cell in notebook.cells if cell.id in ids}


def _is_untouched(notebook: Notebook, exercise: Exercise) -> bool:
    found = _answers(notebook, exercise)
    starters = {q.answer_id: q.starter for q in exercise.questions}
    return bool(found) and all(text.strip() == starters[i].strip() for i, text in found.items())


def _of_several(candidates: list[Candidate], exercise: Exercise) -> bool:
    """Whether a folder's notebooks are named by learners: not by the exercise, nor as copies.
    So many copies as nobody makes are those that a teacher saved into one folder."""
    ours = [c for c in candidates if not _of_another(c, exercise)]
    if len(ours) > MAX_COPIES:
        return True
    names = {copy_number(stem(c.entry.name))[0].casefold() for c in ours}
    in_one_folder = len({c.entry.parts[:-1] for c in ours}) == 1
    return len(names) > 1 and in_one_folder and exercise.name.casefold() not in names


def _candidates(one: HandedIn) -> list[Candidate]:
    """The files that say they are notebooks; if there is none, those that turn out to be.

    Of far too many, those that aren't looked at are candidates that can't be read: none is lost.
    """
    plain, packed, problems = [], [], []
    for entry in one.entries:
        if entry.kind == FILE and entry.name.lower().endswith(".zip"):
            try:
                packed += _of_one_learner(entry, one)
            except SubmissionError as error:
                problems.append(Candidate(entry, None, str(error), error.passing))
        else:
            plain.append(entry)
    found = [*_named(plain, MAX_CANDIDATES), *_named(packed, MAX_PACKED)]
    if not found:
        files = [[e for e in entries if e.kind == FILE] for entries in (plain, packed)]
        others = [*files[0][:MAX_CANDIDATES], *files[1][:MAX_PACKED]]
        found = [c for c in map(_read, others) if c.notebook is not None]
    return found or problems


def _of_one_learner(entry: Entry, one: HandedIn) -> list[Entry]:
    """What is in an archive. Raises SubmissionError for a platform's download, such as of a group,
    that lies in a folder: its learners would have one row for all."""
    found = inside(entry)
    below = [replace(e, parts=e.parts[len(entry.parts) :]) for e in found]
    learners = {learner.id for learner in platform_of(below)[1].values()}
    if not one.platform and len(learners) > MAX_COPIES:
        raise SubmissionError(
            f"is a download with the files of {len(learners):,} learners. Give it to `course "
            "grade` by its own name, beside the folder in which it lies."
        )
    return found


def _named(entries: list[Entry], most: int) -> list[Candidate]:
    """Those that say they are notebooks; what is more than `most` is not read."""
    named = [e for e in entries if is_notebook_name(e.name) and e.kind not in (FOLDER, DEEP)]
    problem = (
        f"is one of {len(named):,} notebooks in one place; only {most:,} are looked at. Hand in "
        "the one that counts."
    )
    return [*map(_read, named[:most]), *(Candidate(e, None, problem) for e in named[most:])]


def _read(entry: Entry) -> Candidate:
    try:
        return Candidate(entry, parse(entry.read()))
    except SubmissionError as error:
        return Candidate(entry, None, str(error), error.passing)


def _instead(entries: tuple[Entry, ...]) -> str:
    """What was handed in in the place of a notebook."""
    if len(entries) == 1 and entries[0].kind != FILE:
        return what_it_is(entries[0].kind)
    names = [one_line(entry.name, 60) for entry in entries]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"is not a notebook but {', '.join(names[:3])}{more}. Hand in the .ipynb file."
