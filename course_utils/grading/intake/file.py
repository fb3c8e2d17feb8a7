"""One file to grade: whose it is, and how its bytes are read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from course_utils.grading.intake.entry import FILE, Entry, OnDisk


@dataclass(frozen=True)
class File:
    """The file that counts for one learner. name: unique in its batch. learner, learner_id: as the
    learning platform names them; platform: its name, "" for a plain file. problem: why there is
    nothing to grade, "" if there is. remarks: said beside the marks, such as what else was handed
    in. data: its bytes, once they are read. passing: whether the problem may be gone another time.
    """

    name: str
    path: Path
    learner: str = ""
    learner_id: str = ""
    platform: str = ""
    problem: str = ""
    remarks: tuple[str, ...] = ()
    entry: Entry | None = None
    data: bytes | None = None
    passing: bool = False

    def read(self) -> bytes:
        """Its bytes. Raises SubmissionError with why it has none."""
        if self.data is not None:
            return self.data
        entry = self.entry or Entry((self.path.name,), FILE, OnDisk(self.path))
        return entry.read()
