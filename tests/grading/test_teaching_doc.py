"""The teacher's page: every command on it works as printed, in its order."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/teaching.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ (.+)$", PAGE, re.MULTILINE)
NOTHING_ANSWERED = "course check classroom/02_activation_functions.ipynb"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course's folder with a Moodle archive of two submissions in it."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("exercises", "solutions"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("progress*"))
    notebook = json.loads((ROOT / "exercises/02_activation_functions.ipynb").read_text())
    with zipfile.ZipFile(folder / "submissions.zip", "w") as archive:
        for who in ("Ada Lovelace_11", "Béla Bartók_12"):
            name = f"{who}_assignsubmission_file_/02_activation_functions.ipynb"
            archive.writestr(name, json.dumps(notebook))
    return folder


def test_every_command_works_as_printed(bubblewrap, course):
    assert len(COMMANDS) >= 4
    scripts = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": scripts + os.pathsep + os.environ["PATH"]}
    for command in COMMANDS:
        run = subprocess.run(
            command, shell=True, cwd=course, env=environment, capture_output=True, text=True
        )
        expected = 1 if command == NOTHING_ANSWERED else 0
        assert run.returncode == expected, f"{command}\n{run.stdout}{run.stderr}"
    named = set(re.findall(r"^\| `([\w./]+)`", PAGE, re.MULTILINE)) | {"moodle.csv"}
    there = {path.name for path in (course / "marks").iterdir()}
    assert {name.strip("/") for name in named} <= there


def test_workflow_for_a_classroom_checks_the_exercise():
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    steps = yaml.safe_load(text)["jobs"]["check"]["steps"]
    assert any("course check exercises/02" in step.get("run", "") for step in steps)
