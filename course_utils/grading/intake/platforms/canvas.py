"""Canvas: "lovelaceada_LATE_101_9001_x.ipynb", a learner's number and one of the upload."""

from __future__ import annotations

import re

from course_utils.grading.intake.entry import Entry
from course_utils.grading.intake.platforms.platform import Learner, Score, below_common_folder

UPLOAD = re.compile(
    r"(?P<name>[^_]+)(?P<late>_LATE)?_(?P<id>\d+)_(?:\d+_(?P<file>.+)|(?P<typed>text|link)\.html)",
    re.DOTALL,
)


class Canvas:
    """Its download of all submissions, and its grade book's import."""

    name = "canvas"
    own_files = ()

    def learners(self, entries: list[Entry]) -> dict[tuple[str, ...], Learner]:
        found = {}
        for whole, parts in below_common_folder(entries):
            match = UPLOAD.fullmatch(parts[0])
            if match:
                own = (match["file"] or f"{match['typed']}.html", *parts[1:])
                found[whole] = Learner(match["name"], match["id"], own, bool(match["late"]))
        return found

    def heads(self, exercise: str, max_score: str) -> list[list[str]]:
        """The second row gives the points."""
        heads = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", exercise]
        return [heads, ["    Points Possible", "", "", "", "", max_score]]

    def row(self, score: Score) -> list[str]:
        """Rows are matched by `ID`."""
        return [score.learner, score.id, "", "", "", score.score]
