"""Where the course lies, and where a learner's own things are kept: answers, records, backups.

The own folder holds `exercises/` and `notebooks/` (copies to work in), `records/` (progress, done
tasks, predictions: one small file each), and `backups/`.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

NAME = "my_course"  # the folder that start.py keeps in the course's, and git ignores
MARK = Path(".course") / "own-folder.txt"  # what makes a folder the own one
RECORDS = "records"
OWN_VARIABLE = "COURSE_FOLDER"  # the own folder; set but empty: nothing is kept
ROOT_VARIABLE = "COURSE_ROOT"  # the course's folder, with exercises/checks in it
NOT_KEPT = (
    "Your progress can't be kept on this computer, so it lasts until this kernel ends. "
    f"Set {OWN_VARIABLE} to a folder that you may write to."
)


def course_root(here: Path | None = None) -> Path | None:
    """The course's folder, which holds `exercises/checks`; None if it isn't on this machine.

    Looked for in $COURSE_ROOT, around `here` (the notebook's folder by default), and beside the
    installed package.
    """
    named = os.environ.get(ROOT_VARIABLE)
    here = (here or Path.cwd()).resolve()
    package = Path(__file__).resolve().parents[2]
    places = [*([Path(named)] if named else []), here, *here.parents, package]
    return next((p for p in places if (p / "exercises" / "checks").is_dir()), None)


def own_folder(here: Path | None = None) -> Path | None:
    """The learner's own folder, which may not exist yet; None where nothing may be kept.

    $COURSE_FOLDER; else the folder that start.py keeps, around `here` (the notebook's folder by
    default) or in the installed course; else one of the user's own, where the system puts such.
    """
    if (named := os.environ.get(OWN_VARIABLE)) is not None:
        return Path(named).expanduser().absolute() if named else None
    here = (here or Path.cwd()).resolve()
    around = [here, *here.parents]
    if not any((place / "exercises" / "checks").is_dir() for place in around):
        around.append(Path(__file__).resolve().parents[2])  # else it is another course's
    for place in around:
        for own in (place, place / NAME):
            if (own / MARK).is_file():
                return own
    return per_user_folder()


def per_user_folder() -> Path:
    """The folder of this user for this course, where start.py keeps none."""
    return Path(platformdirs.user_data_dir("one-neuron-to-keras", appauthor=False))


def records_folder(here: Path | None = None) -> Path | None:
    """The folder of the learner's records, made if need be; None where nothing can be kept.

    Whoever keeps a record keeps it in memory where this is None, and says NOT_KEPT once. In the
    teacher's edition (a folder named `solutions`) nothing is kept. Where an earlier edition of the
    course kept progress beside the exercises, and start.py has not moved it yet, it stays there.
    """
    here = (here or Path.cwd()).resolve()
    if here.name == "solutions":
        return None
    own = own_folder(here)
    if own is None:
        return None
    if not (own / MARK).is_file() and (old := _beside_the_exercises(here)):
        return old
    folder = own / RECORDS
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK | os.X_OK) else None


def _beside_the_exercises(here: Path) -> Path | None:
    for folder in (here, here / "exercises", here.parent / "exercises"):
        if (folder / "checks").is_dir() and (folder / "progress.json").is_file():
            return folder
    return None
