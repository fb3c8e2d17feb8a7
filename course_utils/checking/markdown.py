"""Markdown as HTML: what an author writes in a prompt, and the little that a card understands."""

from __future__ import annotations

import re
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markupsafe import Markup

FORMULA = re.compile(
    r"(`+)[\s\S]*?(?<!`)\1(?!`)|(\$\$[\s\S]+?\$\$|\$(?![\s$])[^$\n]*?(?<![\s\\])\$)"
)
KEPT = "\ue000{}\ue001"  # signs of no language: what a formula is while Markdown is read


def as_html(text: str, inline: bool = False) -> Markup:
    """An author's Markdown; formulas stay as they are, for the page's own typesetter.

    `inline` leaves out the paragraph around it. HTML within the text is shown as text.
    """
    formulas: list[str] = []

    def set_aside(found: re.Match) -> str:
        if found[1]:  # code
            return found[0]
        formulas.append(found[0])
        return KEPT.format(len(formulas) - 1)

    marked = FORMULA.sub(set_aside, text)
    reader = _reader()
    html = reader.renderInline(marked) if inline else reader.render(marked).strip()
    return Markup(re.sub("\ue000(\\d+)\ue001", lambda found: escape(formulas[int(found[1])]), html))


def prose(text: str) -> Markup:
    """What a card says: paragraphs, fenced code, and what `phrase` understands."""
    return Markup(_little_reader().render(text))


def phrase(text: str) -> Markup:
    """One sentence of a card: `code`, **bold** and *emphasis*; everything else is as it is."""
    return Markup(_little_reader().renderInline(text))


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


@cache
def _little_reader() -> MarkdownIt:
    """Few rules: a card quotes values and names, which must not turn into lists or links."""
    reader = MarkdownIt("zero").enable(["fence", "backticks", "emphasis"])
    for rule in ("em_open", "em_close", "strong_open", "strong_close"):
        reader.add_render_rule(rule, _stress)
    reader.add_render_rule("fence", _code)
    reader.add_render_rule("paragraph_close", lambda *_: "</p>")
    return reader


def _stress(renderer, tokens, at, options, env) -> str:
    token = tokens[at]
    if token.markup.startswith("_"):  # of a name, such as __init__
        return token.markup
    slash = "/" if token.nesting < 0 else ""
    return f"<{slash}{'b' if token.markup == '**' else 'em'}>"


def _code(renderer, tokens, at, options, env) -> str:
    return f"<pre>{escapeHtml(tokens[at].content.removesuffix(chr(10)))}</pre>"
