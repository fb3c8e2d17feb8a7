"""What a learning platform has to say: whose a file is, and the table in which it takes marks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from course_utils.grading.intake.entry import Entry


@dataclass(frozen=True)
class Learner:
    """Whose a file is. own: the path that the file had before the platform named it."""

    name: str
    id: str
    own: tuple[str, ...] = ()
    late: bool = False


@dataclass(frozen=True)
class Score:
    """The marks of one learner, as a platform's table takes them. score: "" if not graded."""

    learner: str
    id: str
    score: str
    max_score: str
    comment: str
    exercise: str = ""


class Platform(Protocol):
    """One platform. name: of its table of marks too, which is `NAME.csv`. own_files: what it
    puts beside the submissions."""

    name: str
    own_files: tuple[str, ...]

    def learners(self, entries: list[Entry]) -> dict[tuple[str, ...], Learner]:
        """Path of an entry -> whose it is, for all that the platform has named."""

    def heads(self, exercise: str, max_score: str) -> list[list[str]]:
        """The first rows of the table."""

    def row(self, score: Score) -> list[str]:
        """One learner's row."""


def below_common_folder(entries: Iterable[Entry]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Each entry's whole path, and the one below the folder that holds all of them: who packs a
    download once more puts a folder around it."""
    paths = [entry.parts for entry in entries]
    depth = 0
    while paths and all(len(p) > depth + 1 and p[depth] == paths[0][depth] for p in paths):
        depth += 1
    return [(path, path[depth:]) for path in paths]


def depth_of_names(entries: Iterable[Entry]) -> int:
    """In how many of the first folders a platform's names may stand: in the first, and in the
    second if the first holds everything. What lies deeper, a learner has named."""
    return 2 if len({entry.parts[0] for entry in entries}) == 1 else 1
