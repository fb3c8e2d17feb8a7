"""A prompt without a kernel: what is stored, and shown where no widget can be, as HTML and text."""

from __future__ import annotations

from course_utils.checking.card import panel
from course_utils.checking.pages import render
from course_utils.learning.prompts.notation import Prompt

TITLES = {
    "predict": "Predict.",
    "quiz": "Choose.",
    "words": "In your own words.",
    "order": "Put into order.",
}
COMPARE = {"words": "An answer to compare with", "order": "The order"}
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
        compare=COMPARE.get(prompt.kind, ""),
        run=RUN,
    )
    framed = panel(inner, "still", role="")
    return render("learning/templates/prompt_frame.html", prompt=prompt, inner=framed)


def still_text(prompt: Prompt) -> str:
    """The same in lines of text; what is right comes last."""
    lines = [f"{TITLES[prompt.kind]} {prompt.text.strip()}"]
    offered = prompt.mixed if prompt.kind == "order" else prompt.options
    lettered = list(zip("abcdefghijklmnopqrstuvwxyz", offered, strict=False))
    lines += [f"  {letter}) {option.text}" for letter, option in lettered]
    if prompt.kind == "quiz":
        lines.append("")
        for letter, option in lettered:
            said = "right" if option.right else "no"
            lines.append(f"  {letter}: {said}. {option.explanation}")
    if prompt.kind == "order":
        letters = {option.text: letter for letter, option in lettered}
        right = ", ".join(letters[option.text] for option in prompt.options)
        lines += ["", f"{COMPARE['order']}: {right}.", prompt.model]
    elif prompt.model:
        lines += ["", f"{COMPARE['words']}:", prompt.model]
    return "\n".join(lines)
