"""Gradescope: "assignment_1_export/submission_45/x.ipynb", with names in a file beside them."""

from __future__ import annotations

import re

from course_utils.grading.intake.entry import Entry, SubmissionError
from course_utils.grading.intake.platforms.platform import Learner, Score, depth_of_names

NAMES = "submission_metadata.yml"
FOLDER = re.compile(r"submission_(\d+)")
SUBMISSION = re.compile(r"^submission_(\d+):", re.MULTILINE)
FIELD = re.compile(r"""^[ \t]+(?:- )?:(name|sid):\s*['"]?(.*?)['"]?\s*$""", re.MULTILINE)


class Gradescope:
    """Its export of submissions. It takes marks from an autograder, one file a submission."""

    name = "gradescope"
    own_files = (NAMES,)

    def learners(self, entries: list[Entry]) -> dict[tuple[str, ...], Learner]:
        named = (e for e in entries if e.name == NAMES and not any(map(FOLDER.fullmatch, e.parts)))
        names = self._names(next(named, None))  # one that a learner handed in says nothing
        found = {}
        most = depth_of_names(entries)
        for entry in entries:
            for depth, part in enumerate(entry.parts[:-1][:most]):
                match = FOLDER.fullmatch(part)
                if match:
                    name, number = names.get(match[1], (part, ""))
                    own = entry.parts[depth + 1 :]
                    found.setdefault(entry.parts, Learner(name, number or match[1], own))
        return found

    def heads(self, exercise: str, max_score: str) -> list[list[str]]:
        return [["Name", "SID", "Total Score", "Max Points"]]

    def row(self, score: Score) -> list[str]:
        return [score.learner, score.id, score.score, score.max_score]

    @staticmethod
    def _names(entry: Entry | None) -> dict[str, tuple[str, str]]:
        """Number of a submission -> name and student number of the first who handed it in."""
        if entry is None or len(entry.parts) > 2:
            return {}
        try:
            text = entry.read().decode("utf-8", "replace")
        except SubmissionError:
            return {}
        starts = [*SUBMISSION.finditer(text)]
        ends = [start.start() for start in starts[1:]] + [len(text)]
        names = {}
        for start, end in zip(starts, ends, strict=True):
            about = text[start.end() : min(end, start.end() + 5_000)]
            fields = dict(reversed(FIELD.findall(about)))  # the first one counts
            names[start[1]] = (fields.get("name", f"submission_{start[1]}"), fields.get("sid", ""))
        return names
