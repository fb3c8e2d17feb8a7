"""Find the submissions: a notebook, a folder, or the zip file that Moodle or Canvas gives."""

from __future__ import annotations

import json
import re
import stat
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from course_utils.grading.submission import MAX_BYTES

MAX_FILES = 20_000
MAX_TOTAL = 4_000_000_000
CHECKPOINTS = ".ipynb_checkpoints"

# "Ada Lovelace_4711_assignsubmission_file_", with the file behind a slash or in the same name.
MOODLE = re.compile(r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_file_?(?P<file>.*)$")
# "lovelaceada_12345_67890_file.ipynb", with "LATE" in between if it was.
CANVAS = re.compile(r"^(?P<name>[^_/]+)(?:_LATE)?_(?P<id>\d+)_\d+_(?P<file>[^/]+)$")


class IntakeError(Exception):
    """The batch can't begin; the message says what came, what was expected and how to mend it."""


@dataclass(frozen=True)
class File:
    """One file to grade. learner, learner_id: as the learning platform names them; platform: its
    name, "" for a plain file. problem: why a file could not even be taken out of its archive.
    """

    name: str
    path: Path
    learner: str = ""
    learner_id: str = ""
    platform: str = ""
    problem: str = ""


def find(places: tuple[Path, ...], scratch: Path) -> list[File]:
    """Every submission in `places`; archives are unpacked into the empty folder `scratch`.

    Raises IntakeError if a place isn't there or holds no notebook.
    """
    found: list[File] = []
    for place in places:
        if not place.exists():
            raise IntakeError(f"{place} is not there. Give a notebook, a folder, or a zip file.")
        files = list(_in_place(place, scratch / str(len(found))))
        if not files:
            raise IntakeError(
                f"{place} has no notebook (*.ipynb) in it. Give the folder that holds the "
                "submissions, or the folder above if each learner has one."
            )
        found += files
    return _with_unique_names(found)


def only_of(exercise: str, files: list[File]) -> list[File]:
    """Of a learner's several notebooks, those of this exercise; a learner with one keeps it."""
    groups: dict[tuple[str, str], list[File]] = defaultdict(list)
    for file in files:
        groups[(str(file.path.parent), file.learner_id)].append(file)
    kept: set[str] = set()
    for group in groups.values():
        declared = {file: declared_exercise(file.path) for file in group}
        others = [f for f in group if declared[f] not in (None, exercise)]
        rest = [f for f in group if f not in others]
        kept |= {file.name for file in rest or others}
    return [file for file in files if file.name in kept]


def declared_exercise(path: Path) -> str | None:
    """The exercise that a notebook names in its metadata, None if it names none."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return None
        name = json.loads(path.read_text(encoding="utf-8-sig"))["metadata"]["exercise"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return name if isinstance(name, str) else None


def _in_place(place: Path, scratch: Path) -> Iterator[File]:
    if place.is_dir():
        yield from _in_folder(place)
    elif zipfile.is_zipfile(place):
        yield from _in_archive(place, scratch)
    else:
        yield File(place.stem, place)


def _in_folder(place: Path) -> Iterator[File]:
    notebooks = sorted(
        path
        for path in place.rglob("*.ipynb")
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(place).parts)
    )
    per_folder = Counter(path.parent for path in notebooks)
    for path in notebooks:
        inside = path.relative_to(place)
        platform = _platform_file(inside.as_posix(), path)
        if platform is not None:
            yield platform
        elif path.parent == place:
            yield File(path.stem, path)
        elif per_folder[path.parent] == 1:
            yield File(inside.parts[0] if len(inside.parts) == 2 else str(inside.parent), path)
        else:
            yield File(inside.with_suffix("").as_posix(), path)


def _in_archive(place: Path, scratch: Path) -> Iterator[File]:
    """Files of an archive, each written under a number: no path in it is ever used as one."""
    scratch.mkdir(parents=True)
    with zipfile.ZipFile(place) as archive:
        entries = [entry for entry in archive.infolist() if _is_notebook(entry)]
        total = sum(entry.file_size for entry in entries)
        if len(entries) > MAX_FILES or total > MAX_TOTAL:
            raise IntakeError(
                f"{place} would unpack to {len(entries):,} notebooks of {total / 1e9:.1f} GB; at "
                f"most {MAX_FILES:,} of {MAX_TOTAL / 1e9:.0f} GB together are taken."
            )
        for number, entry in enumerate(entries):
            target = scratch / f"{number}.ipynb"
            file = _platform_file(entry.filename, target) or File(_plain_name(entry), target)
            yield replace(file, problem=_unpack(archive, entry, target))


def _is_notebook(entry: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(entry.filename).parts
    hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)
    return entry.filename.endswith(".ipynb") and not entry.is_dir() and not hidden


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> str:
    """Write one entry, however large it says it is; returns why it could not be, or ""."""
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a link to somewhere else, not a file."
    try:
        with archive.open(entry) as packed, target.open("wb") as file:
            data = packed.read(MAX_BYTES + 1)
            file.write(data)
    except (OSError, RuntimeError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        return f"can't be unpacked ({type(error).__name__})."
    return ""


def _plain_name(entry: zipfile.ZipInfo) -> str:
    parts = [part for part in PurePosixPath(entry.filename).parts if part not in ("/", "..")]
    return "/".join([*parts[:-1], PurePosixPath(parts[-1]).stem])


def _platform_file(inside: str, path: Path) -> File | None:
    """The file with its learner, if its name is one that Moodle or Canvas gives."""
    top, _, rest = inside.partition("/")
    moodle = MOODLE.match(top)
    if moodle:
        who = moodle["name"]
        return File(f"{who}_{moodle['id']}", path, who, moodle["id"], "moodle")
    canvas = CANVAS.match(inside)
    if canvas and not rest:
        who = canvas["name"]
        return File(f"{who}_{canvas['id']}", path, who, canvas["id"], "canvas")
    return None


def _with_unique_names(files: list[File]) -> list[File]:
    seen: Counter[str] = Counter()
    unique = []
    for file in files:
        seen[file.name] += 1
        again = seen[file.name] > 1
        unique.append(replace(file, name=f"{file.name} ({seen[file.name]})") if again else file)
    return unique
