"""Find the submissions: a notebook, a folder, or the zip file that Moodle or Canvas gives."""

from __future__ import annotations

import json
import os
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
    repository: the checkout that it stands in, "" if in none.
    """

    name: str
    path: Path
    learner: str = ""
    learner_id: str = ""
    platform: str = ""
    problem: str = ""
    repository: str = ""


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
    """Of a learner's several notebooks, those of this exercise; a learner with one keeps it.

    A checkout may hold the whole course. Its lessons name no exercise, and are left out if another
    notebook names this one, or stands in a folder `exercises`.
    """
    groups: dict[tuple[str, str], list[File]] = defaultdict(list)
    for file in files:
        groups[(file.repository or str(file.path.parent), file.learner_id)].append(file)
    kept: dict[str, File] = {}
    for group in groups.values():
        declared = {file: declared_exercise(file.path) for file in group}
        others = [f for f in group if declared[f] not in (None, exercise)]
        rest = [f for f in group if f not in others]
        repository = group[0].repository
        if repository:
            named = [f for f in rest if declared[f] == exercise]
            rest = named or [f for f in rest if f.path.parent.name == "exercises"] or rest
        alone = len(rest) == 1 and repository
        kept |= {f.name: replace(f, name=repository) if alone else f for f in rest or others}
    return _with_unique_names([kept[file.name] for file in files if file.name in kept])


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
    elif place.suffix.lower() == ".zip":
        raise IntakeError(f"{place} can't be read as a zip file. Download it again, whole.")
    else:
        yield File(place.stem, place)


def _in_folder(place: Path) -> list[File]:
    inner = (path.relative_to(place) for path in place.rglob("*"))
    visible = (name for name in inner if not any(part.startswith(".") for part in name.parts))
    names = sorted(name for name in visible if (place / name).is_file())
    notebooks = [name for name in names if name.suffix == ".ipynb"]
    per_folder = Counter(name.parent for name in notebooks)
    files = []
    for inside in notebooks:
        path = place / inside
        platform = _platform_file(inside.as_posix(), path)
        if platform is not None:
            file = platform
        elif path.parent == place:
            file = File(path.stem, path)
        elif per_folder[inside.parent] == 1:
            file = File(inside.parts[0] if len(inside.parts) == 2 else str(inside.parent), path)
        else:
            file = File(inside.with_suffix("").as_posix(), path)
        files.append(replace(file, repository=_repository(place, inside)))
    return files + _without_notebook([name.as_posix() for name in names], files)


def _repository(place: Path, inside: Path) -> str:
    """The folder below `place` that is a checkout with this file in it, "" if there is none."""
    folders = [*inside.parents][-2::-1]  # from the top; the last of them all is `place` itself
    return next((f.as_posix() for f in folders if (place / f / ".git").exists()), "")


def _in_archive(place: Path, scratch: Path) -> list[File]:
    """Files of an archive, each written under a number: no path in it is ever used as one."""
    scratch.mkdir(parents=True)
    with zipfile.ZipFile(place) as archive:
        entries = [entry for entry in archive.infolist() if _is_visible(entry)]
        notebooks = [entry for entry in entries if entry.filename.endswith(".ipynb")]
        total = sum(entry.file_size for entry in notebooks)
        if len(notebooks) > MAX_FILES or total > MAX_TOTAL:
            raise IntakeError(
                f"{place} would unpack to {len(notebooks):,} notebooks of {total / 1e9:.1f} GB; at "
                f"most {MAX_FILES:,} of {MAX_TOTAL / 1e9:.0f} GB together are taken."
            )
        files = []
        for number, entry in enumerate(notebooks):
            target = scratch / f"{number}.ipynb"
            file = _platform_file(entry.filename, target) or File(_plain_name(entry), target)
            files.append(replace(file, problem=_unpack(archive, entry, target)))
    return files + _without_notebook([entry.filename for entry in entries], files)


def _without_notebook(names: list[str], files: list[File]) -> list[File]:
    """Those who handed in something on the platform of the others, but no notebook: nobody is
    to be missing from the marks without a word."""
    platforms = {file.platform for file in files} - {""}
    known = {(file.platform, file.learner_id) for file in files}
    handed: dict[tuple[str, str], tuple[File, list[str]]] = {}
    for name in names:
        file = _platform_file(name, Path(os.devnull))
        if file and file.platform in platforms and (file.platform, file.learner_id) not in known:
            who = (file.platform, file.learner_id)
            handed.setdefault(who, (file, []))[1].append(_own_name(name))
    return [
        replace(file, problem=f"is not a notebook but {', '.join(n[:3])}. Hand in the .ipynb file.")
        for file, n in handed.values()
    ]


def _own_name(inside: str) -> str:
    """The name that a file had before the platform put the learner's before it."""
    name = PurePosixPath(inside).name
    found = MOODLE.match(name) or CANVAS.match(name)
    return found["file"] if found else name


def _is_visible(entry: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(entry.filename).parts
    hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)
    return not entry.is_dir() and not hidden


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
