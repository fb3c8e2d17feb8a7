"""The card that a learner reads: a verdict as plain text and as HTML with the same content."""

from __future__ import annotations

import re

from markupsafe import Markup

from course_utils.checking.data import verdict as v
from course_utils.checking.data.verdict import Verdict
from course_utils.checking.pages import render

ICONS = {v.CORRECT: "✓", v.NOT_ATTEMPTED: "○", v.MISSING: "○"}
TONES = {v.CORRECT: "good", v.NOT_ATTEMPTED: "still", v.MISSING: "still"}

# JupyterLab's variables give the theme; the second value serves wherever they are not defined.
# The icon's color is mixed with the text's, so that its contrast is 4.5:1 on light and dark.
COLORS = {"good": "#009e73", "bad": "#d55e00", "still": "#0072b2"}
# What a card says of itself: a reopened notebook that isn't trusted has no style sheet, and its
# setup cell may not have been run.
FRAME = "border-left:4px solid {};padding:.5em .9em .6em;margin:.3em 0;max-width:46em"
CELL = "text-align:left;vertical-align:top;padding:.1em .8em .1em 0;border:0"
STYLE = """
.course-card{border-left:4px solid var(--tone);padding:.5em .9em .6em;margin:.3em 0;max-width:46em;
 color:var(--jp-content-font-color1,CanvasText);
 font-family:var(--jp-content-font-family,system-ui,sans-serif);font-size:14px;line-height:1.5}
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
STYLE = "".join(f".course-card.{t}{{--tone:{c}}}" for t, c in COLORS.items()) + STYLE


class Card:
    """What a notebook displays: `text` where only text is shown, `html` where there is a page."""

    def __init__(self, text: str, html: str) -> None:
        self.text = text
        self.html = str(html)  # `Markup` is of no use to who stores it

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
    lines += _parts(verdict)
    lines += [f"Remark: {remark}" for remark in verdict.remarks]
    lines += [_step(verdict)]
    return "\n".join(line for line in lines if line)


def as_html(verdict: Verdict) -> str:
    """The same content as HTML that follows JupyterLab's themes and is announced when it comes."""
    inner = render(
        "checking/templates/card.html",
        verdict=verdict,
        icon=_icon(verdict),
        rows=list(_rows(verdict)),
        parts=_parts(verdict),
        step=_step(verdict),
    )
    return panel(inner, tone(verdict))


def panel(inner: Markup | str, tone_name: str, role: str = "status") -> Markup:
    """A framed piece of HTML in the style of the cards; tone: good, bad or still.

    It looks right by itself, in few words; `style_sheet`, once a page, makes it fine. A text that
    isn't `Markup` is shown as it is.
    """
    if isinstance(inner, Markup):
        inner = Markup(re.sub(r"<(t[hd])(?=[\s>])", rf'<\1 style="{CELL}"', str(inner)))
    return render(
        "checking/templates/panel.html",
        inner=inner,
        tone=tone_name,
        frame=FRAME.format(COLORS[tone_name]),
        role=role,
    )


def style_sheet() -> str:
    """The style of all cards of a page, as HTML; a notebook shows it once, where it is opened."""
    return f"<style>{STYLE}</style>"


def tone(verdict: Verdict) -> str:
    return TONES.get(verdict.kind, "bad")


def message_card(title: str, text: str, tone_name: str = "still") -> Card:
    """A card that isn't a verdict: a hint, a solution, a sentence about what can't be done.

    In `text`, lines fenced by ``` are code and paragraphs are separated by blank lines.
    """
    inner = render("checking/templates/message.html", title=title, text=text)
    return Card(f"{title}\n{text}", panel(inner, tone_name))


def _step(verdict: Verdict) -> str:
    """What to do next; where there is a case to look at, that comes first."""
    evidence = verdict.evidence
    by_hand = evidence is not None and evidence.expected and evidence.by_hand
    start = "Work this case by hand and compare. " if by_hand else ""
    return (start + verdict.next_step).strip()


def _parts(verdict: Verdict) -> list[str]:
    """Which groups of tests hold, and what that earns; nothing where all or none is earned."""
    if not verdict.groups or verdict.is_correct or verdict.kind in (v.NOT_ATTEMPTED, v.MISSING):
        return []
    ground, _, ground_holds = verdict.groups[0]

    def mark(name: str, holds: bool) -> str:
        if holds:
            return "✓"
        is_open = name in verdict.withheld or (name != ground and not ground_holds)
        return "?" if is_open else "✗"  # it may fail for what another part, or none, is about

    marked = [(mark(name, holds), name, share) for name, share, holds in verdict.groups]
    legend = " (? is still open)" if any(sign == "?" for sign, _, _ in marked) else ""
    listed = ", ".join(f"{sign} {name} ({share:.0%})" for sign, name, share in marked)
    said = [f"Parts, each of which counts when all of its tests pass{legend}: {listed}."]
    if verdict.withheld:
        names = ", ".join(f'"{name}"' for name in verdict.withheld)
        whose = "all of them" if len(verdict.withheld) == len(marked) else names
        while_ = verdict.withheld_while
        said.append(f"Right in all values, but not counted while {while_}: {whose}.")
    if any(holds for _, _, holds in verdict.groups) and not ground_holds:
        said.append(f'The rest counts as soon as "{ground}" holds.')
    return [" ".join(said)]


def _icon(verdict: Verdict) -> str:
    return ICONS.get(verdict.kind, "✗")


def _rows(verdict: Verdict):
    evidence = verdict.evidence
    if evidence is None:
        return
    if evidence.says:
        yield "tested", evidence.says
    elif evidence.probe and not evidence.inputs:
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
