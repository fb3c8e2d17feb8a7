"""nbgrader: "submitted/ada/ps1/x.ipynb", a folder a learner and one an assignment."""

from __future__ import annotations

from course_utils.grading.intake.entry import Entry
from course_utils.grading.intake.platforms.platform import Learner, Score, depth_of_names

FOLDERS = ("submitted", "autograded")


class Nbgrader:
    """The folders of its courses, and the columns of its `nbgrader export`."""

    name = "nbgrader"
    own_files = ()

    def learners(self, entries: list[Entry]) -> dict[tuple[str, ...], Learner]:
        found = {}
        most = depth_of_names(entries)
        for entry in entries:
            places = [i for i, part in enumerate(entry.parts[:most]) if part in FOLDERS]
            if places and len(entry.parts) > places[0] + 2:
                learner = entry.parts[places[0] + 1]
                found[entry.parts] = Learner(learner, learner, entry.parts[places[0] + 2 :])
        return found

    def heads(self, exercise: str, max_score: str) -> list[list[str]]:
        return [["assignment", "student_id", "score", "max_score"]]

    def row(self, score: Score) -> list[str]:
        return [score.exercise, score.id, score.score, score.max_score]
