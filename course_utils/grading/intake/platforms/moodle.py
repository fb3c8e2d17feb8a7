"""Moodle: "Ada Lovelace_4711_assignsubmission_file_/x.ipynb", or all in one name."""

from __future__ import annotations

import re

from course_utils.grading.intake.entry import Entry
from course_utils.grading.intake.platforms.platform import Learner, Score, below_common_folder

TOP = re.compile(
    r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*))?", re.DOTALL
)


class Moodle:
    """Its download of all submissions, and its offline grading worksheet."""

    name = "moodle"
    own_files = ()

    def learners(self, entries: list[Entry]) -> dict[tuple[str, ...], Learner]:
        found = {}
        # The outermost name counts: what is in the folder of a learner, the learner has named.
        for whole, parts in (*((e.parts, e.parts) for e in entries), *below_common_folder(entries)):
            match = TOP.fullmatch(parts[0])
            if match and whole not in found:
                own = parts[1:] or (match["file"] or parts[0],)
                found[whole] = Learner(match["name"], match["id"], own)
        return found

    def heads(self, exercise: str, max_score: str) -> list[list[str]]:
        """Moodle demands the columns Identifier, Grade and Last modified (grade)."""
        modified = "Last modified (grade)"
        return [
            ["Identifier", "Full name", "Grade", "Maximum Grade", modified, "Feedback comments"]
        ]

    def row(self, score: Score) -> list[str]:
        """Rows are matched by `Participant` and its number."""
        whose = [f"Participant {score.id}", score.learner]
        return [*whose, score.score, score.max_score, "", score.comment]
