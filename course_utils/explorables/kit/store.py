"""Runs notebooks and stores their outputs, without the views of widgets that die with the kernel.

    python -m course_utils.explorables.kit.store NOTEBOOK...

In a reopened notebook such a view says "Error displaying widget"; the still picture above it stays.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

VIEW = "application/vnd.jupyter.widget-view+json"


def store(path):
    """Run the notebook at `path` in its folder and write it back. Raises what a cell raises."""
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(Path(path).parent)}}
    # What one cell prints is one output, also where a busy machine sends it in pieces.
    options = {"kernel_name": "python3", "timeout": 300, "coalesce_streams": True}
    NotebookClient(notebook, **options, resources=where).execute()
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(VIEW, None)
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        store(name)
        print(name)
