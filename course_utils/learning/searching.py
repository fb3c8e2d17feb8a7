"""Search over the lessons' headings, the questions, the glossary and the cheat sheet."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from course_utils.learning.copies.reading import read, source
from course_utils.learning.curriculum import LESSONS

MOST = 40
LEFT_OUT = ("Further reading", "Now you", "Done?", "In your own words")  # stand in every lesson
HEADING = re.compile(r"^#{1,4} +(.+)$", re.MULTILINE)
WORDS = re.compile(r"\w+")
FORMAT_SIGNS = re.compile(r"\*\*|[*`]|\[([^\]]*)\]\([^)]*\)")
GLOSSARY, CHEAT_SHEET = "glossary", "cheat_sheet"
KINDS = ("term", "question", "line", "section")  # of equally good ones, the first comes first
ROW = re.compile(r"^\| *([^|]+?) *\| *(.*?) *\|$", re.MULTILINE)
LESSON_LINK = re.compile(r" *\| *\[\d\d\]\(([^)]+\.ipynb)\)$")


@dataclass(frozen=True)
class Entry:
    """One thing to find. kind: one of KINDS; path: a notebook, or the name of a sheet.

    under: the heading above it.
    """

    kind: str
    title: str
    text: str
    path: str
    lesson: str
    under: str = ""


def index(root: Path) -> list[Entry]:
    """Everything that can be found, in the order of the course."""
    entries = [*_terms(root), *_lines(root)]
    for lesson in LESSONS:
        for notebook in lesson.notebooks(root / "notebooks"):
            entries += _sections(notebook, lesson)
        checks = root / "exercises" / "checks" / f"{lesson.name}.json"
        if checks.is_file():
            entries += _questions(root, checks, lesson)
    return entries


def search(entries: list[Entry], words: str) -> list[Entry]:
    """The entries that have every word of `words`, the best first: titles before texts."""
    wanted = [_plain(word) for word in WORDS.findall(words)]
    if not wanted:
        return []
    ranked = []
    for place, entry in enumerate(entries):
        title, text = _plain(entry.title), _plain(f"{entry.title} {entry.lesson} {entry.text}")
        if all(word in text for word in wanted):
            exact = title == " ".join(wanted)
            whole = all(re.search(rf"\b{re.escape(word)}", title) for word in wanted)
            within = all(word in title for word in wanted)
            kind = KINDS.index(entry.kind)
            ranked.append(((not exact, not whole, not within, kind, place), entry))
    return [entry for _, entry in sorted(ranked, key=lambda pair: pair[0])[:MOST]]


def sheet(root: Path, name: str) -> str:
    """The Markdown of the glossary or the cheat sheet; "" where it isn't."""
    try:
        return (root / "notebooks" / f"{name}.md").read_text("utf-8")
    except OSError:
        return ""


def _terms(root: Path) -> list[Entry]:
    """The words of the glossary whose lesson is here."""
    titles = {
        path.name: lesson.heading(path.stem)
        for lesson in LESSONS
        for path in lesson.notebooks(root / "notebooks")
    }
    found = []
    for word, rest in ROW.findall(sheet(root, GLOSSARY)):
        link = LESSON_LINK.search(rest)
        if link and link[1] in titles:
            said = _shown(rest[: link.start()])
            found.append(Entry("term", _shown(word), said, f"notebooks/{link[1]}", titles[link[1]]))
    return found


def _lines(root: Path) -> list[Entry]:
    """The rows of the cheat sheet's tables."""
    found = []
    for part in re.split(r"^## +", sheet(root, CHEAT_SHEET), flags=re.MULTILINE)[1:]:
        heading = part.split("\n", 1)[0].strip()
        for first, rest in ROW.findall(part)[2:]:  # the first two are the table's head
            text = " · ".join(cell.strip() for cell in rest.split("|") if cell.strip())
            row = Entry(
                "line", _shown(first), _shown(text), CHEAT_SHEET, "the cheat sheet", heading
            )
            found.append(row)
    return found


def _sections(path: Path, lesson) -> list[Entry]:
    found, heading, name = [], "", lesson.heading(path.stem)
    place = f"notebooks/{path.name}"
    for cell in read(path.read_bytes()).cells:
        if cell["cell_type"] != "markdown":
            continue
        text = source(cell)
        for title in HEADING.findall(text):
            heading = _shown(title)
            if heading in LEFT_OUT:
                continue
            found.append(
                Entry("section", heading, _shown(_after(text, title)), place, name, heading)
            )
    return found


def _questions(root: Path, checks: Path, lesson) -> list[Entry]:
    exercise = root / "exercises" / f"{lesson.name}.ipynb"
    try:
        asked = json.loads(checks.read_text("utf-8"))["questions"]
        cells = read(exercise.read_bytes()).cells
    except (OSError, ValueError, KeyError):
        return []
    prompts = [source(c) for c in cells if "question" in c["metadata"].get("tags", [])]
    found = []
    for question in asked:
        name = question["names"][0]
        prompt = next((p for p in prompts if f"`{name}`" in p.split("\n")[0]), "")
        title = HEADING.search(prompt)
        anchor = _shown(title[1]) if title else ""
        text = _shown(_after(prompt, title[1]) if title else prompt)
        place = f"exercises/{lesson.name}.ipynb"
        where = f"{lesson.number} {lesson.title}"
        found.append(Entry("question", ", ".join(question["names"]), text, place, where, anchor))
    return found


def _after(text: str, title: str) -> str:
    return text.split(title, 1)[1].strip().split("\n\n")[0]


def _shown(text: str) -> str:
    """Markdown as plain words, in one line of at most 240 letters."""
    for _ in range(2):  # words of a link may be in italics
        text = FORMAT_SIGNS.sub(lambda found: found[1] or "", text)
    plain = " ".join(text.split())
    return plain if len(plain) <= 240 else plain[:237].rsplit(" ", 1)[0] + " …"


def _plain(text: str) -> str:
    """Lower case, without accents: what a search compares."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in split if not unicodedata.combining(letter))
