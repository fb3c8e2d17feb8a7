"""Open the course for a learner: their copies are renewed, then JupyterLab shows them."""

from __future__ import annotations

import os
from pathlib import Path

from course_utils.learning.copies.keeping import Keeper, KeepingError
from course_utils.learning.copies.taking_over import take_over
from course_utils.learning.own_folder import (
    NAME,
    OWN_VARIABLE,
    ROOT_VARIABLE,
    per_user_folder,
)


def open_course(root: Path, options: list[str]) -> None:
    """Become JupyterLab, in the own folder of the learner of the course in `root`.

    options: for JupyterLab. What can't be renewed is said, and opened as it is.
    """
    own = ready(root)
    folder = own or root
    os.environ[ROOT_VARIABLE] = str(root)
    if own:
        os.environ[OWN_VARIABLE] = str(own)
    from jupyterlab.labapp import LabApp

    page = [
        f"--ServerApp.root_dir={folder}",
        "--ServerApp.jpserver_extensions=course_utils.home=True",
        "--ServerApp.jpserver_extensions=nbgrader=False",
        "--LabApp.default_url=/course",
    ]
    LabApp.launch_instance([*options, *page])


def ready(root: Path) -> Path | None:
    """The learner's folder, with copies of this edition; says what was done. None if none can be.

    $COURSE_FOLDER, else `my_course` in the course's folder, else the user's own for this course.
    """
    named = os.environ.get(OWN_VARIABLE)
    for own in [Path(named).expanduser().absolute()] if named else [root / NAME, per_user_folder()]:
        keeper = Keeper(root, own)
        try:
            taken = take_over(keeper)
            done = keeper.renew()
        except KeepingError as error:
            _say(str(error))
            continue
        if taken:
            _say(f"your answers in {len(taken)} of the course's files are now in {own}")
        if done.renewed:
            count = len(done.renewed)
            _say(f"a new edition: {count} of your notebooks renewed, with all that you wrote")
        for name in done.mended:
            _say(f"{name} was damaged; it opens again, and the file as it was is in backups")
        for problem in done.problems:
            _say(problem)
        return own
    _say("so the course opens without a place for your work: save what you write elsewhere")
    return None


def _say(line: str) -> None:
    print(f"  {line}", flush=True)
