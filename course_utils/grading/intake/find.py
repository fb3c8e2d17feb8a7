"""Find what was handed in: a notebook, a folder, or the archive that a learning platform gives.

Everybody who handed something in becomes one `HandedIn`, whatever it is. What of it counts is
decided in `choose`.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from course_utils.grading.intake.archive import in_archive, is_archive
from course_utils.grading.intake.entry import DEEP, FILE, FOLDER, Entry, OnDisk, kind_of
from course_utils.grading.intake.folder import IntakeError, as_path, in_folder, repositories
from course_utils.grading.intake.names import is_notebook_name, stem
from course_utils.grading.intake.platforms import PLATFORMS, Learner, Platform
from course_utils.grading.intake.text import visible

Parts = tuple[str, ...]
OF_A_COURSE = {"exercises", "notebooks"}
GIVEN_OUT = {"solutions", "notebooks"}  # beside `exercises`, nobody's work


@dataclass(frozen=True)
class HandedIn:
    """All that one learner handed in. name: for the marks; learner, learner_id: as the platform
    names them; one_person: whether several notebooks can't be of several learners."""

    name: str
    entries: tuple[Entry, ...]
    learner: str = ""
    learner_id: str = ""
    platform: str = ""
    late: bool = False
    one_person: bool = True


def find(places: tuple[Path, ...], output: Path | None = None) -> list[HandedIn]:
    """All that was handed in in `places`, one item a learner, in order of their names.

    output: the folder of the marks, which nobody handed in, should it lie in a place. Raises
    IntakeError if a place isn't there, can't be read, is empty, or is that folder.
    """
    found: list[HandedIn] = []
    seen: set[str] = set()  # who names a place twice, or a file of it besides, means one
    for place in places:
        entries = _in_place(place)
        own = _parts_below(place, output) if output is not None else None
        if own == ():
            raise IntakeError(
                f"{place} holds the submissions; the marks need a folder of their own. Name "
                "another one with -o."
            )
        entries = [e for e in entries if own is None or e.parts[: len(own)] != own]
        if not entries:
            raise IntakeError(
                f"{place} has no notebook (*.ipynb) in it, nor anything else. Give the folder that "
                "holds the submissions."
            )
        paths = _paths(place, entries)
        new = [entry for entry, path in zip(entries, paths, strict=True) if path not in seen]
        found += _by_learner(place, new)
        seen |= {*paths}
    everything = (entry for one in found for entry in one.entries)
    if not any(one.platform for one in found) and not any(map(_may_be_a_notebook, everything)):
        raise IntakeError(
            f"{places[0]} has no notebook (*.ipynb) in it. Give the folder that holds the "
            "submissions, or the folder above if each learner has one."
        )
    return sorted(_joined(found), key=lambda one: one.name)


def _paths(place: Path, entries: list[Entry]) -> list[str]:
    """Where each entry lies on the disk, or in which archive."""
    at = os.path.realpath(place)
    alone = [isinstance(entry.source, OnDisk) and not entry.source.parts for entry in entries]
    pairs = zip(entries, alone, strict=True)
    return [at if is_it else os.path.join(at, *entry.parts) for entry, is_it in pairs]


def _parts_below(place: Path, output: Path) -> Parts | None:
    """The path of `output` below the folder `place`, None if it isn't in it."""
    try:
        return output.resolve().relative_to(place.resolve()).parts
    except (ValueError, OSError, RuntimeError):
        return None


def _may_be_a_notebook(entry: Entry) -> bool:
    return is_notebook_name(entry.name) or entry.name.lower().endswith((".json", ".zip"))


def _in_place(place: Path) -> list[Entry]:
    try:
        kind = kind_of(place.stat().st_mode)
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            reason = f"{place} is not there."
        else:
            reason = f"{place} can't be read: {error.strerror}."
        raise IntakeError(f"{reason} Give a notebook, a folder, or a zip file.") from None
    except ValueError:
        raise IntakeError(f"{str(place)!r} is no path. Give a notebook or a folder.") from None
    if kind == FOLDER:
        return in_folder(place)
    if kind != FILE:
        raise IntakeError(f"{place} is a {kind}. Give a notebook, a folder, or a zip file.")
    if is_archive(place):
        return in_archive(place)
    return [Entry((place.name,), FILE, OnDisk(place))]


def _by_learner(place: Path, entries: list[Entry]) -> list[HandedIn]:
    platform, learners = platform_of(entries)
    found: dict[str, list[Entry]] = defaultdict(list)
    whose: dict[str, Learner] = {}
    plain = []
    for entry in entries:
        learner = learners.get(entry.parts)
        if learner is not None:
            found[learner.id].append(replace(entry, parts=learner.own or entry.parts[-1:]))
            late = learner.late or (learner.id in whose and whose[learner.id].late)
            whose.setdefault(learner.id, learner)
            whose[learner.id] = replace(whose[learner.id], late=late)
        elif platform is None or entry.name not in platform.own_files:
            plain.append(entry)
    named = [
        HandedIn(f"{who.name}_{key}", tuple(found[key]), who.name, key, platform.name, who.late)
        if who.name != key
        else HandedIn(key, tuple(found[key]), key, key, platform.name, who.late)
        for key, who in whose.items()
    ]
    return [*named, *_plain(place, plain)]


def platform_of(entries: list[Entry]) -> tuple[Platform | None, dict[Parts, Learner]]:
    """The platform that named most of the files, if it named half of them. One file alone can't
    say that it comes from another platform, and is somebody else's."""
    best: tuple[Platform | None, dict[Parts, Learner]] = (None, {})
    for platform in PLATFORMS:
        learners = platform.learners(entries)
        if len(learners) > len(best[1]) and 2 * len(learners) >= len(entries):
            best = platform, learners
    return best


def _plain(place: Path, entries: list[Entry]) -> Iterator[HandedIn]:
    """Files that no platform has named: of a checkout, of a learner's folder, or by themselves."""
    roots = repositories(place, entries) if place.is_dir() else set()
    roots |= _courses(entries) - roots
    named = (e for e in entries if is_notebook_name(e.name))
    holders = {e.parts[:-1] for e in named if e.kind not in (FOLDER, DEEP)}
    units: dict[Parts, list[Entry]] = defaultdict(list)
    flat: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if len(entry.parts) == 1:
            flat[stem(entry.name)].append(entry)
        else:
            units[_unit(entry, roots, holders)].append(entry)
    for name, group in flat.items():
        yield from _of_one_name(name, group)
    for unit, group in units.items():
        mine = _without_the_courses_own(unit, group) if unit in roots else group
        yield HandedIn(as_path(unit), tuple(mine), one_person=unit in roots)


def _without_the_courses_own(root: Parts, group: list[Entry]) -> list[Entry]:
    """What of a copy of the course is the learner's, no solution or lesson that came with it."""
    first = [entry.parts[len(root)] for entry in group]
    if "exercises" not in first:
        return group
    return [entry for entry, name in zip(group, first, strict=True) if name not in GIVEN_OUT]


def _of_one_name(name: str, group: list[Entry]) -> Iterator[HandedIn]:
    """`ada.ipynb` and `ada.pdf` are one learner's; `ada.ipynb` and `ada.IPYNB` may be of two."""
    notebooks = [entry for entry in group if is_notebook_name(entry.name)]
    if len(notebooks) < 2:
        yield HandedIn(name, tuple(group))
        return
    rest = [entry for entry in group if entry not in notebooks]
    for number, entry in enumerate(notebooks):
        yield HandedIn(name if number == 0 else entry.name, (entry, *(rest if not number else ())))


def _courses(entries: list[Entry]) -> set[Parts]:
    """Folders that hold a copy of the course, or of its exercises."""
    return {
        e.parts[:i]
        for e in entries
        for i, part in enumerate(e.parts[:-1])
        if i and part in OF_A_COURSE
    }


def _unit(entry: Entry, roots: set[Parts], holders: set[Parts]) -> Parts:
    """The folder that stands for the learner of an entry: a checkout; else the first folder on
    the way that holds a notebook; else the one folder below that does; else the entry's own."""
    folders = [entry.parts[:i] for i in range(1, len(entry.parts))]
    if entry.kind in (FOLDER, DEEP):
        folders.append(entry.parts)
    for folder in folders:
        if folder in roots:
            return folder
    for folder in folders:
        if folder in holders:
            return folder
    for folder in folders:
        below = {h for h in holders | roots if h[: len(folder)] == folder}
        if len(below) == 1:
            return below.pop()
        if not below:
            return folder
    return folders[-1]


def _joined(found: list[HandedIn]) -> list[HandedIn]:
    """One item a learner of a platform, however many archives; and no name twice."""
    joined: dict[tuple, HandedIn] = {}
    for number, one in enumerate(found):
        key = (one.platform, one.learner_id) if one.platform else (number,)
        earlier = joined.get(key)
        if earlier is not None:
            one = replace(
                earlier, entries=earlier.entries + one.entries, late=earlier.late or one.late
            )
        joined[key] = one
    named = [replace(one, name=visible(one.name)) for one in joined.values()]
    return unique_names(named)


def unique_names(items: list) -> list:
    """The same items, each with a `name` of its own, also as it is shown: " (2)" and so on is put
    behind."""
    taken, seen = {_shown(item.name) for item in items}, set()
    unique = []
    for item in items:
        name, number = item.name, 2
        while _shown(name) in seen or (number > 2 and _shown(name) in taken):
            name = f"{item.name} ({number})"
            number += 1
        seen.add(_shown(name))
        unique.append(replace(item, name=name))
    return unique


def _shown(name: str) -> str:
    return " ".join(name.split())
