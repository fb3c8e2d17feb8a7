"""All that lies in a zip archive, read where it is: nothing is ever unpacked to a disk."""

from __future__ import annotations

import contextlib
import errno
import io
import lzma
import mmap
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from course_utils.grading.intake.entry import (
    DEVICE,
    FILE,
    FOLDER,
    Entry,
    SubmissionError,
    kind_of,
)
from course_utils.grading.intake.folder import MAX_ENTRIES, IntakeError, is_hidden

UTF8_FLAG = 0x800
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, RuntimeError,
    NotImplementedError, UnicodeError, MemoryError, OverflowError, KeyError, IndexError,
)  # fmt: skip


def is_archive(place: Path) -> bool:
    """Whether a file is a zip archive, or by its name should be one."""
    return place.suffix.lower() == ".zip" or zipfile.is_zipfile(place)


def in_archive(place: Path) -> list[Entry]:
    """Every file and empty folder of an archive, in the order in which they are stored.

    Raises IntakeError if it is no archive, or holds far too many files.
    """
    archive = Archive(place)
    try:
        infos = archive.infos
    except (OSError, *DAMAGED):
        raise IntakeError(
            f"{place} can't be read as a zip file. Download it again, whole."
        ) from None
    if len(infos) > MAX_ENTRIES:
        raise IntakeError(
            f"{place} would unpack to {len(infos):,} files; at most {MAX_ENTRIES:,} are taken. "
            "Give an archive of the submissions and nothing else."
        )
    return _entries(infos, archive)


def inside(entry: Entry) -> list[Entry]:
    """The files of an archive that a learner handed in; of archives in it, nothing is opened.

    Raises SubmissionError if it can't be read.
    """
    archive = Archive(entry)
    try:
        infos = archive.infos
    except (OSError, *DAMAGED):
        sentence = "is an archive that can't be read. Hand in the .ipynb file."
        raise SubmissionError(sentence) from None
    if len(infos) > 1_000:
        raise SubmissionError("is an archive of more than 1,000 files. Hand in the .ipynb file.")
    found = _entries(infos, archive)
    return [Entry((*entry.parts, *one.parts), one.kind, one.source) for one in found]


class Archive:
    """An archive on a disk or in a submission, opened once and kept open while it is needed."""

    def __init__(self, where: Path | Entry) -> None:
        self._where = where
        self._opened: zipfile.ZipFile | None = None

    @property
    def infos(self) -> list[zipfile.ZipInfo]:
        """Its entries. Raises SubmissionError if it can't be read as an archive."""
        return self._zip().infolist()

    def read(self, index: int, limit: int) -> bytes:
        """At most `limit` bytes of an entry, however much it says it holds or unpacks to."""
        archive = self._zip()
        info = archive.infolist()[index]
        small = info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        step = 4096 if small else 1 << 20  # the others unpack all that they are given at once
        pieces, left = [], limit
        with archive.open(info) as packed:
            while left > 0 and (piece := packed.read(min(left, step))):
                pieces.append(piece)
                left -= len(piece)
        return b"".join(pieces)

    def _zip(self) -> zipfile.ZipFile:
        if self._opened is None:
            if not isinstance(self._where, Path):  # one for each learner: not kept in memory
                return zipfile.ZipFile(io.BytesIO(self._where.read()))
            try:
                opened = zipfile.ZipFile(self._where)
            except UnicodeDecodeError:
                opened = zipfile.ZipFile(_without_promise(self._where))
            self._opened = opened
        return self._opened


class _Seekable(mmap.mmap):
    def seekable(self) -> bool:
        return True


def _without_promise(path: Path) -> _Seekable:
    """An archive, in memory only as far as it is read, in which no entry promises that its name is
    UTF-8: one that breaks the promise would cost all others their place."""
    with path.open("rb") as file:
        content = _Seekable(file.fileno(), 0, access=mmap.ACCESS_COPY)
    end = content.rfind(b"PK\x05\x06")
    place = int.from_bytes(content[end + 16 : end + 20], "little")
    while (place := content.find(b"PK\x01\x02", place, end)) >= 0:
        local = int.from_bytes(content[place + 42 : place + 46], "little")
        for flags in (place + 9, local + 7):
            if flags < end:
                content[flags] &= ~(UTF8_FLAG >> 8) & 0xFF
        place += 46
    return content


@dataclass(frozen=True)
class InArchive:
    """One file of an archive, by its place in it: names may be there twice, and none is a path."""

    archive: Archive
    index: int

    def read(self, limit: int) -> bytes:
        try:
            return self.archive.read(self.index, limit)
        except SubmissionError:
            raise
        except OSError as error:
            if error.errno not in (None, errno.EINVAL):
                raise
            kind = type(error).__name__
        except DAMAGED as error:
            if "password" in str(error):
                raise SubmissionError("is locked with a password. Hand it in without.") from None
            kind = type(error).__name__
        raise SubmissionError(f"can't be unpacked ({kind}): it is damaged.")


def _entries(infos: list[zipfile.ZipInfo], archive: Archive) -> list[Entry]:
    entries, folders = [], []
    for index, info in enumerate(infos):
        parts = _parts(info)
        if not parts or is_hidden(parts):
            continue
        mode = info.external_attr >> 16
        kind = kind_of(mode) if stat.S_IFMT(mode) else FILE
        if info.is_dir():
            folders.append(parts)
        elif kind == FILE:
            entries.append(Entry(parts, FILE, InArchive(archive, index)))
        else:
            entries.append(Entry(parts, DEVICE if kind == FOLDER else kind))
    filled = {entry.parts[:i] for entry in entries for i in range(1, len(entry.parts))}
    filled |= {folder[:i] for folder in folders for i in range(1, len(folder))}
    return entries + [Entry(parts, FOLDER) for parts in folders if parts not in filled]


def _parts(info: zipfile.ZipInfo) -> tuple[str, ...]:
    """The path of an entry, as names only: nothing in it climbs or begins at a root."""
    name = info.filename
    if not info.flag_bits & UTF8_FLAG:
        with contextlib.suppress(UnicodeError):  # many a program writes UTF-8 and doesn't say so
            name = name.encode("cp437").decode("utf-8")
    return tuple(p for p in name.replace("\\", "/").split("/") if p not in ("", ".", ".."))
