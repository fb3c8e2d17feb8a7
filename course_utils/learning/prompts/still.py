"""A prompt without a kernel: what is stored, and shown where no widget can be, as HTML and text."""

from __future__ import annotations

from course_utils.checking.card import panel
from course_utils.checking.pages import render
from course_utils.learning.prompts.notation import Prompt

TITLES = {"predict": "Predict.", "quiz": "Choose.", "words": "In your own words."}
COMPARE = "An answer to compare with"
RUN = "Run this cell (Shift + Enter) to answer here."


def still(prompt: Prompt) -> dict[str, str]:
    """The two forms by their types, as a notebook displays them."""
    return {"text/plain": still_text(prompt), "text/html": still_html(prompt)}


def still_html(prompt: Prompt) -> str:
    """The question, with what answers it folded; a living prompt hides it by class and name."""
    inner = render(
        "learning/templates/prompt.html",
        prompt=prompt,
        title=TITLES[prompt.kind],
        compare=COMPARE,
        run=RUN,
    )
    framed = panel(inner, "still", role="")
    return render("learning/templates/prompt_frame.html", prompt=prompt, inner=framed)


def still_text(prompt: Prompt) -> str:
    """The same in lines of text; the right option and the model answer come last."""
    lines = [f"{TITLES[prompt.kind]} {prompt.text.strip()}"]
    for letter, option in zip("abcdefghijklmnopqrstuvwxyz", prompt.options, strict=False):
        lines.append(f"  {letter}) {option.text}")
    if prompt.kind == "quiz":
        lines.append("")
        for letter, option in zip("abcdefghijklmnopqrstuvwxyz", prompt.options, strict=False):
            said = "right" if option.right else "no"
            lines.append(f"  {letter}: {said}. {option.explanation}")
    if prompt.model:
        lines += ["", f"{COMPARE}:", prompt.model]
    return "\n".join(lines)
