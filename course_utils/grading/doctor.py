"""`course doctor`: what this machine has for learning and for grading, and what is missing."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata

from course_utils.grading.sandbox.tiers import NoSandbox, choose


@dataclass(frozen=True)
class Finding:
    """One thing looked for. needed: whether the course can't be read and done without it."""

    name: str
    fine: bool
    text: str
    needed: bool = True


def findings() -> Iterator[Finding]:
    """Look for Python, the packages, the sandbox and the browser, without importing any of them."""
    version = sys.version_info
    fine = (3, 11) <= version[:2] <= (3, 13)
    text = f"{version.major}.{version.minor}.{version.micro}"
    yield Finding("Python", fine, text if fine else f"{text}; the course runs on 3.11 to 3.13")
    for package in ("numpy", "matplotlib", "jupyterlab", "anywidget"):
        yield _package((package,), needed=True)
    keras = "for Part II and later; `python3 start.py` installs it where it exists"
    yield _package(("keras",), needed=False, otherwise=keras)
    yield _package(("tensorflow-cpu", "tensorflow"), needed=False, otherwise=keras)
    try:
        yield Finding("sandbox", True, choose().tier, needed=False)
    except NoSandbox as problem:
        yield Finding("sandbox", False, f"only teachers need it. {problem}", needed=False)
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    text = "chromium" if browser else "only the tests need it (Debian's package `chromium`)"
    yield Finding("browser", bool(browser), text, needed=False)


def _package(names: tuple[str, ...], *, needed: bool, otherwise: str = "") -> Finding:
    for name in names:
        try:
            return Finding(name, True, metadata.version(name), needed)
        except metadata.PackageNotFoundError:
            continue
    return Finding(names[0], False, f"missing: {otherwise or 'run `python3 start.py`'}", needed)
