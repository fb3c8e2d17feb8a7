"""`course new`: the skeleton of a lesson, of its solution, and its line in the curriculum."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from course_utils.authoring.source import AuthoringError
from course_utils.write_whole import write_whole

SKELETON = Path(__file__).parent / "skeleton"
CURRICULUM = "course_utils/learning/curriculum.py"
KINDS = {"notebooks": "lesson", "solutions": "solution"}
NAME = re.compile(r"\d\d(_[a-z0-9]+)+")


def new(name: str, root: Path) -> list[Path]:
    """Write the texts of a lesson and its solution; returns the files that were written.

    name: such as 14_generalization. Raises AuthoringError if it is no name of a lesson, or if
    anything of that number is there already.
    """
    if not NAME.fullmatch(name):
        raise AuthoringError(
            f"{name!r} is no name of a lesson: two digits, then words in small letters, such as "
            "14_generalization."
        )
    if not (root / "solutions").is_dir():
        raise AuthoringError(f"There is no folder solutions in {root}; run it in the course's.")
    texts = {root / folder / "text" / f"{name}.md": kind for folder, kind in KINDS.items()}
    there = [p for folder in KINDS for p in (root / folder).rglob(f"{name[:2]}_*") if p.is_file()]
    if there:
        raise AuthoringError(
            f"{there[0].relative_to(root)} is there already, and nothing was written. Choose "
            "another number, or go on with what is there."
        )
    written = []
    for path, kind in texts.items():
        write_whole(path, filled(kind, name))
        written.append(path)
    if _enter(name, root / CURRICULUM):
        written.append(root / CURRICULUM)
    return written


def filled(kind: str, name: str) -> str:
    """The skeleton of a lesson or a solution, with the lesson's name, number and title in it."""
    text = (SKELETON / f"{kind}.myst").read_text(encoding="utf-8")
    values = {"NAME": name, "NUMBER": name[:2], "TITLE": title(name)}
    return re.sub(r"\b(NAME|NUMBER|TITLE)\b", lambda found: values[found[0]], text)


def title(name: str) -> str:
    """`14_generalization` -> `Generalization`."""
    return name[3:].replace("_", " ").capitalize()


def lessons_of(curriculum: Path) -> dict[str, int]:
    """The names of the lessons that a curriculum lists, each with the last line of its entry."""
    tree = ast.parse(curriculum.read_text(encoding="utf-8"))
    rows = [node for node in ast.walk(tree) if isinstance(node, ast.Tuple) and len(node.elts) == 3]
    return {
        row.elts[0].value: row.end_lineno or 0
        for row in rows
        if isinstance(row.elts[0], ast.Constant) and NAME.fullmatch(str(row.elts[0].value))
    }


def _enter(name: str, path: Path) -> bool:
    """Put the lesson into the curriculum, after the one before it; whether that was needed."""
    rows = lessons_of(path)
    if name in rows:
        return False
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    before = max((known for known in rows if known < name), default=min(rows))
    about = "what it is about, in a few words"
    lines.insert(rows[before], f'        ("{name}", "{title(name)}", "{about}"),\n')
    write_whole(path, "".join(lines))
    return True
