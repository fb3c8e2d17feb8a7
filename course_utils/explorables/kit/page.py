"""Writes an explorable as a page that opens from disk without a network and without a kernel."""

import base64
import json
import re

from .bundle import bundle, style
from .form import float32_bytes, no_progress, still_html

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


def page(explorable, still=None):
    """One explorable as a complete HTML page: its still picture until the script runs.

    still: the picture's HTML, where it has been drawn before.
    """
    still = still or still_html(explorable.name, *explorable.drawn())
    body = f"<h1 hidden>{explorable.title}</h1>{still}<div id='figure'></div>{script(explorable)}"
    return PAGE.format(title=explorable.title, style=style(explorable.folder()), body=body)


def script(explorable):
    """The module with its traits, for a page: no import, no kernel."""
    traits = {
        "spec": explorable.spec(),
        "state": explorable.state,
        "progress": no_progress(explorable),
        "data": {name: as_base64(array) for name, array in explorable.data().items()},
    }
    # In a page nothing imports the module, so its default export gets a name instead.
    module = bundle(explorable.folder() / "figure.js").replace("export default ", "const figure = ")
    module = re.sub(r"^export ", "", module, flags=re.MULTILINE)
    traits_json = json.dumps(traits).replace("<", "\\u003c")  # nothing in it ends the script
    start = f"const model = standIn({traits_json});\n"
    start += "figure.render({ model, el: document.getElementById('figure') });\n"
    return f'<script type="module">\n{module}\n{start}</script>'


def as_base64(array):
    sent = float32_bytes(array)
    return {**sent, "float32": base64.b64encode(sent["float32"]).decode("ascii")}
