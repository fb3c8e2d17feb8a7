"""Writes every explorable as a page that opens from disk without a network, and an index of them.

python -m course_utils.explorables.gallery [FOLDER]        default: docs/gallery
"""

import base64
import html
import json
import re
import sys
from pathlib import Path

from . import EXPLORABLES
from .form import bundle, float32_bytes, no_progress, still_html, style

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{
  margin: 0; padding: 16px; background: light-dark(#ffffff, #15181d);
  color: light-dark(#1c1f24, #e6e8eb); font: 15px/1.5 system-ui, sans-serif;
}}
main {{ max-width: 1020px; margin: auto; }}
a {{ color: light-dark(#0060a8, #6cb8f0); }}
img {{ max-width: 100%; height: auto; }}
{style}
</style>
<main>{body}</main>
</html>
"""


def page(explorable):
    """One explorable as a complete HTML page: its still picture until the script runs."""
    figure, alt = explorable.drawn()
    still = still_html(explorable.name, figure, alt)
    body = f"<h1 hidden>{explorable.title}</h1>{still}<div id='figure'></div>{script(explorable)}"
    return PAGE.format(title=explorable.title, style=style(), body=body)


def script(explorable):
    """The module with its traits, for a page: no import, no kernel."""
    traits = {
        "spec": explorable.spec(),
        "state": explorable.state,
        "progress": no_progress(explorable),
        "data": {name: as_base64(array) for name, array in explorable.data().items()},
    }
    # In a page nothing imports the module, so its default export gets a name instead.
    module = bundle(explorable.name).replace("export default ", "const figure = ")
    module = re.sub(r"^export ", "", module, flags=re.MULTILINE)
    traits_json = json.dumps(traits).replace("</", "<\\/")
    start = f"const model = standIn({traits_json});\n"
    start += "figure.render({ model, el: document.getElementById('figure') });\n"
    return f'<script type="module">\n{module}\n{start}</script>'


def as_base64(array):
    sent = float32_bytes(array)
    return {**sent, "float32": base64.b64encode(sent["float32"]).decode("ascii")}


def index(explorables):
    """The page that lists them: question, still picture, link."""
    entries = []
    for explorable in explorables:
        figure, alt = explorable.drawn()
        picture = re.search(r"<img[^>]*>", still_html(explorable.name, figure, alt))[0]
        entries.append(
            f'<article><h2><a href="{explorable.name}.html">{explorable.title}</a></h2>'
            f"<p>{html.escape(explorable.question.text)}</p>{picture}</article>"
        )
    body = "<h1>Figures that answer back</h1>" + "\n".join(entries)
    return PAGE.format(title="Figures that answer back", style="", body=body)


def build(folder):
    """Write index.html and NAME.html for each explorable into a folder, and return the paths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    explorables = [make() for make in EXPLORABLES]
    pages = {"index": index(explorables)} | {e.name: page(e) for e in explorables}
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return [folder / f"{name}.html" for name in pages]


if __name__ == "__main__":
    for path in build(sys.argv[1] if len(sys.argv) > 1 else "docs/gallery"):
        print(path)
