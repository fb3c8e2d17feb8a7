"""Small solution notebooks made in a test, and courses to build them in."""

import json
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from course_utils.authoring.build import Course, build
from course_utils.authoring.source import read


def cell(kind, tag, source, name):
    made = {"cell_type": kind, "id": name, "metadata": {"tags": [tag]} if tag else {}}
    if kind == "code":
        made |= {"execution_count": None, "outputs": []}
    return {**made, "source": textwrap.dedent(source).strip("\n")}


@dataclass
class Draft:
    """The cells of one question about doubling a number; a test changes what it is about."""

    heading: str = "### 1.1 `double` · 2 points · 3 min · ★☆☆"
    given: str = "import numpy as np"
    answer: str = """
        def double(x):
            ### BEGIN SOLUTION
            return 2 * x
            ### END SOLUTION
        """
    probes: str = "double(3.0)\ndouble(rng.normal(size=4))"
    options: str = "double"
    wrong: list = field(
        default_factory=lambda: [
            ("You squared.", "def double(x):\n    return x * x"),
            ("You halved.", "def double(x):\n    return x / 2"),
            ("You added 2.", "def double(x):\n    return x + 2"),
        ]
    )
    right: list = field(
        default_factory=lambda: ["def double(x):\n    return x + x", "double = lambda x: x * 2"]
    )
    hints: tuple = ("idea", "place", "code")
    explanation: str = "Twice is two times."
    more: list = field(default_factory=list)
    metadata: dict = field(default_factory=dict)

    def cells(self):
        names = [word for word in self.options.partition("--")[0].split()]
        name = names[0]
        made = [
            cell("markdown", "", "# 01 Doubling", "title"),
            cell("code", "setup", "from course_utils import exercise", "setup"),
            cell("code", "given", self.given, "given"),
            cell("markdown", "", f"{self.heading}\n\nThe task.", "prompt"),
            cell("code", "answer", self.answer, "answer"),
            cell("code", "check", f"check({', '.join(names)})", "check"),
            *(cell("markdown", "hint", h, f"hint-{i}") for i, h in enumerate(self.hints)),
        ]
        if self.explanation:
            made.append(cell("markdown", "explanation", self.explanation, "explanation"))
        probes = f"%%probes {self.options}\n{textwrap.dedent(self.probes).strip()}"
        made.append(cell("code", "probes", probes, "probes"))
        for i, (message, code) in enumerate(self.wrong):
            text = f'%%misconception {name}\n"""{message}"""\n{textwrap.dedent(code).strip()}'
            made.append(cell("code", "misconception", text, f"misconception-{i}"))
        for i, code in enumerate(self.right):
            text = f"%%alternative {name}\n{textwrap.dedent(code).strip()}"
            made.append(cell("code", "alternative", text, f"alternative-{i}"))
        return made + self.more

    def notebook(self):
        return {
            "cells": self.cells(),
            "metadata": self.metadata,
            "nbformat": 4,
            "nbformat_minor": 5,
        }


@pytest.fixture
def draft():
    return Draft()


@pytest.fixture
def question_of():
    """The class of drafts, for a test that needs a second question."""
    return Draft


@pytest.fixture
def course(tmp_path):
    (tmp_path / "solutions").mkdir()
    return Course(tmp_path)


@pytest.fixture
def write(course):
    """A function: write a draft, or a notebook's data, as solutions/01_doubling.ipynb."""

    def write(draft, name="01_doubling"):
        notebook = draft.notebook() if isinstance(draft, Draft) else draft
        path = course.root / "solutions" / f"{name}.ipynb"
        path.write_text(json.dumps(notebook), "utf-8")
        return path

    return write


@pytest.fixture
def build_draft(course, write):
    """A function: write a draft and build it, or raise."""
    return lambda draft: build(course, write(draft))


@pytest.fixture
def read_draft(write):
    return lambda draft: read(write(draft))


@pytest.fixture(scope="session")
def kinds():
    """The folder of the notebooks with one question of each kind."""
    return Path(__file__).parent / "kinds"
