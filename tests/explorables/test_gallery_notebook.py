"""The gallery notebook shows every explorable and gives its stored outputs."""

import json
import subprocess
import sys

import pytest

from course_utils.explorables import EXPLORABLES


@pytest.fixture(scope="module")
def notebook(root):
    return root / "docs" / "gallery.ipynb"


def test_the_gallery_gives_its_stored_outputs(notebook, root, kernel_environment):
    sanitize = root / "tests" / "notebooks" / "figures.cfg"
    command = [sys.executable, "-m", "pytest", "-p", "nbval.plugin", "--nbval"]
    command += ["--nbval-current-env", f"--nbval-sanitize-with={sanitize}", "--tb=short", "-q"]
    command += ["-p", "no:cacheprovider", f"--rootdir={notebook.parent}", notebook.name]
    environment = kernel_environment | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    run = subprocess.run(
        command, cwd=notebook.parent, env=environment, capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stdout[-3000:]
    assert " passed" in run.stdout


def test_the_gallery_shows_every_explorable_and_holds_no_widget_without_a_kernel(notebook):
    """A view whose widget is gone would say "Error displaying widget" under the still picture."""
    text = notebook.read_text(encoding="utf-8")
    sources = ["".join(cell["source"]) for cell in json.loads(text)["cells"]]
    missing = {m.__name__ for m in EXPLORABLES if not any(f"{m.__name__}(" in s for s in sources)}
    assert missing == set()
    assert "widget-view+json" not in text
