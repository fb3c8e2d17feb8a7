"""HTML from the templates in the `templates` folders of rooms: what is put in is escaped."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from course_utils.checking import markdown


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("course_utils", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "markdown": markdown.as_html,
        "phrase": markdown.phrase,
        "prose": markdown.prose,
    }
    return made


def render(template: str, **values: object) -> Markup:
    """A template with its values; template: its path in course_utils, `checking/templates/a.html`.

    A value is escaped unless it is `Markup`, as `render` itself and the readers of Markdown return.
    """
    return Markup(_environment().get_template(template).render(values).rstrip("\n"))
