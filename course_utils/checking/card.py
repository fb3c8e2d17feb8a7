"""The card that a learner reads: a verdict as plain text and as HTML with the same content."""

from __future__ import annotations

import re
from html import escape

from course_utils.checking import verdict as v
from course_utils.checking.verdict import Verdict

ICONS = {v.CORRECT: "✓", v.NOT_ATTEMPTED: "○", v.MISSING: "○"}
TONES = {v.CORRECT: "good", v.NOT_ATTEMPTED: "still", v.MISSING: "still"}

# JupyterLab's variables give the theme; the second value serves wherever they are not defined.
# The icon's color is mixed with the text's, so that its contrast is 4.5:1 on light and dark.
STYLE = """
.course-card{border-left:4px solid var(--tone);padding:.5em .9em .6em;margin:.3em 0;max-width:46em;
 color:var(--jp-content-font-color1,CanvasText);
 font-family:var(--jp-content-font-family,system-ui,sans-serif);font-size:14px;line-height:1.5}
.course-card.good{--tone:#009e73}.course-card.bad{--tone:#d55e00}.course-card.still{--tone:#0072b2}
.course-card p{margin:.25em 0}.course-card .verdict{font-weight:700}
.course-card .icon{color:color-mix(in srgb,var(--tone) 65%,currentColor);font-weight:700;
 margin-right:.35em}
.course-card table{border-collapse:collapse;margin:.4em 0;font-size:13px}
.course-card tr{background:none!important}
.course-card th,.course-card td{text-align:left!important;vertical-align:top;
 padding:.1em .8em .1em 0;background:none!important;border:0!important}
.course-card th{font-weight:400;color:var(--jp-content-font-color2,inherit)}
.course-card code,.course-card pre{font-family:var(--jp-code-font-family,monospace);font-size:13px;
 color:inherit;background:none!important;margin:0;padding:0;white-space:pre-wrap}
"""


class Card:
    """What a notebook displays: `text` where only text is shown, `html` where there is a page."""

    def __init__(self, text: str, html: str) -> None:
        self.text = text
        self.html = html

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.html}


def card(verdict: Verdict) -> Card:
    """The card of a verdict."""
    return Card(as_text(verdict), as_html(verdict))


def as_text(verdict: Verdict) -> str:
    """The verdict in lines of text: the word first, then why, what shows it, and what to do."""
    lines = [f"{_icon(verdict)} {verdict.kind}: {verdict.question}", verdict.message]
    for label, value in _rows(verdict):
        first, *rest = value.split("\n")
        lines += [f"  {label}: {first}", *(f"    {line}" for line in rest)]
    lines += [f"Remark: {remark}" for remark in verdict.remarks]
    lines += [_step(verdict)]
    return "\n".join(line for line in lines if line)


def as_html(verdict: Verdict) -> str:
    """The same content as HTML that follows JupyterLab's themes and is announced when it comes."""
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td><pre>{escape(value)}</pre></td></tr>'
        for label, value in _rows(verdict)
    )
    table = f"<table>{rows}</table>" if rows else ""
    remarks = "".join(f"<p>Remark: {_inline(remark)}</p>" for remark in verdict.remarks)
    step = f"<p>{_inline(_step(verdict))}</p>" if _step(verdict) else ""
    head = (
        f'<p class="verdict"><span class="icon" aria-hidden="true">{_icon(verdict)}</span>'
        f"{verdict.kind}: <code>{escape(verdict.question)}</code></p>"
    )
    return panel(f"{head}<p>{_inline(verdict.message)}</p>{table}{remarks}{step}", tone(verdict))


def panel(inner_html: str, tone_name: str) -> str:
    """A framed piece of HTML in the style of the cards; tone: good, bad or still."""
    return (
        f"<style>{STYLE}</style>"
        f'<div class="course-card {tone_name}" role="status">{inner_html}</div>'
    )


def tone(verdict: Verdict) -> str:
    return TONES.get(verdict.kind, "bad")


def message_card(title: str, text: str, tone_name: str = "still") -> Card:
    """A card that isn't a verdict: a hint, a solution, a sentence about what can't be done.

    In `text`, lines fenced by ``` are code and paragraphs are separated by blank lines.
    """
    head = f'<p class="verdict">{_inline(title)}</p>'
    return Card(f"{title}\n{text}", panel(head + prose(text), tone_name))


def prose(text: str) -> str:
    """A little Markdown as HTML: paragraphs, `code`, fenced code. Everything else is escaped."""
    parts = re.split(r"```\w*\n(.*?)\n?```", text, flags=re.DOTALL)
    html = []
    for i, part in enumerate(parts):
        if i % 2:
            html.append(f"<pre>{escape(part)}</pre>")
        else:
            html += [f"<p>{_inline(p.strip())}</p>" for p in part.split("\n\n") if p.strip()]
    return "".join(html)


def _step(verdict: Verdict) -> str:
    """What to do next; where there is a case to look at, that comes first."""
    by_hand = verdict.evidence is not None and verdict.evidence.expected
    start = "Work this case by hand and compare. " if by_hand else ""
    return (start + verdict.next_step).strip()


def _icon(verdict: Verdict) -> str:
    return ICONS.get(verdict.kind, "✗")


def _rows(verdict: Verdict):
    evidence = verdict.evidence
    if evidence is None:
        return
    if evidence.probe and not evidence.inputs:
        yield "tested", evidence.probe
    for name, value in evidence.inputs:
        yield f"with {name}", value
    if evidence.received:
        yield "you have", evidence.received
    if evidence.expected:
        yield "expected", evidence.expected
    if evidence.error:
        yield "Python says", evidence.error
    if evidence.detail:
        yield "look at", evidence.detail


def _inline(text: str) -> str:
    """Escape, then `code`, **bold** and *emphasis* as HTML; code is left as it is."""
    parts = re.split(r"`([^`]+)`", escape(text, quote=False))
    return "".join(
        f"<code>{part}</code>" if i % 2 else _stress(part) for i, part in enumerate(parts)
    )


def _stress(html: str) -> str:
    html = re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", html)
    return re.sub(r"\*([^*\s][^*]*)\*", r"<em>\1</em>", html)
