"""What an author may call a notebook on the command line: 2, 02, 02_activation or a path."""

from __future__ import annotations

from pathlib import Path

from course_utils.authoring.source import AuthoringError


def chosen(names: tuple[str, ...], found: list[Path]) -> list[Path]:
    """The notebooks among `found` that the names mean, all if there is none; order of `found`.

    Raises AuthoringError for a name that means no notebook.
    """
    wanted: set[Path] = set()
    for name in names:
        meant = [path for path in found if means(name, path)]
        if not meant:
            there = ", ".join(sorted({path.stem for path in found})) or "no notebook at all"
            raise AuthoringError(
                f"There is no notebook named {name}. A number such as 2 or 02, the beginning of a "
                f"name, or a path means one of: {there}."
            )
        wanted.update(meant)
    return [path for path in found if not names or path in wanted]


def means(name: str, path: Path) -> bool:
    """Whether `name` means the notebook at `path`, or its text."""
    if name.isdigit():
        return path.stem.startswith(f"{int(name):02}_")
    asked = Path(name)
    if len(asked.parts) > 1:
        return path.resolve() == home(asked.resolve().parent) / f"{asked.stem}.ipynb"
    return path.stem == asked.stem if asked.suffix else path.stem.startswith(name)


def home(folder: Path) -> Path:
    """The folder of the notebook that the files in `folder` are made from."""
    if folder.name == "checks":
        folder = folder.parent
    if folder.name == "exercises":
        return folder.parent / "solutions"
    return folder.parent if folder.name == "text" else folder
