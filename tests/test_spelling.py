"""Lessons, docs and code are spelled right, and the American way: codespell reads them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

# Words that codespell takes for mistakes and that are none: names, code, misspellings on purpose.
MEANT = ["notin", "fro", "hart", "greys", "arry", "froms", "ot", "maths", "copie", "numbre"]
MEANT += ["gage", "te"]

WRONG, BRITISH = "nue" + "ron", "colo" + "ur"  # assembled, lest this file accuse itself


def readable(path, text):
    """What a person reads in a file: of a notebook, the sources of its cells."""
    if path.suffix != ".ipynb":
        return text
    return "\n\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"]) + "\n"


@pytest.fixture
def misspelled(tmp_path):
    """A function: the lines of codespell's report on texts by name."""

    def run(texts):
        for name, text in texts.items():
            file = tmp_path / name.replace("/", "~")
            file.write_text(text, "utf-8")
        command = [sys.executable, "-m", "codespell_lib", "--builtin=clear,rare,en-GB_to_en-US"]
        command += [f"--ignore-words-list={','.join(MEANT)}", "."]
        result = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8")
        assert result.stderr == ""
        return result.stdout.replace("~", "/").splitlines()

    return run


def test_everything_written_is_spelled_right(root, tracked_files, misspelled):
    kinds = (".md", ".py", ".ipynb", ".js", ".css", ".html")
    texts = {}
    for path in tracked_files:
        if path.suffix in kinds and (root / path).exists():
            texts[path.as_posix()] = readable(path, (root / path).read_text("utf-8"))
    assert len(texts) > 100
    assert misspelled(texts) == []


def test_a_misspelled_word_and_a_british_one_are_seen(misspelled):
    cells = [{"source": [f"The {WRONG} fires.\n", f"Its {BRITISH} is blue."]}]
    text = readable(Path("a.ipynb"), json.dumps({"cells": cells}))
    assert [line.split(": ", 1)[1] for line in misspelled({"a.ipynb": text})] == [
        f"{WRONG} ==> neuron",
        f"{BRITISH} ==> color",
    ]
