"""What a prediction was worth: "You said 300; it is 342."."""

from __future__ import annotations

import re
from numbers import Integral, Real
from typing import Any

from markupsafe import Markup

from course_utils.checking.card import Card, message_card, panel
from course_utils.checking.markdown import as_html
from course_utils.learning.prompts.answers import Said
from course_utils.learning.prompts.notation import Prompt

CLOSE = 0.1  # a number within a tenth of the result is a good prediction


def meant(prompt: Prompt | None, value: Any) -> Any:
    """The text of an option that is given by its number, from 1; anything else as it is.

    So that code in sight need not say the answer in words.
    """
    if prompt is None or prompt.answer != "choice" or isinstance(value, bool):
        return value
    options = [option.text for option in prompt.options]
    by_number = isinstance(value, Integral) and shown(value) not in options
    return options[value - 1] if by_number and 1 <= value <= len(options) else value


def comparison(prompt: Prompt | None, said: Said | None, value: Any) -> Card:
    """The card below a result. Raises ValueError for a choice that is none of the options."""
    it_is = shown(value)
    in_words = prompt is not None and prompt.answer == "words"
    chosen = prompt is not None and prompt.answer == "choice"
    if chosen:
        options = [option.text for option in prompt.options]
        if it_is not in options:
            raise ValueError(
                f"compare({prompt.name!r}, ...): expected one of the options {options}, "
                f"got {it_is!r}"
            )
    if said is None:
        before = "" if in_words else "The answer: " if chosen else "It is "
        return _line(before + _sentence(it_is))
    if chosen:
        return _line(f"You said: {_sentence(said.text)} The answer: {_sentence(it_is)}")
    if in_words:
        return message_card("You wrote:", f"{said.text}\n\n**And it is so:** {it_is}")
    return _line(f"You said {said.text}; it is {_sentence(it_is)}")


def is_right(said: Said, value: Any) -> bool | None:
    """Whether a prediction came true: the same option, or a number within a tenth of it."""
    if said.value is not None and isinstance(value, Real):
        return abs(said.value - float(value)) <= CLOSE * abs(float(value))
    if isinstance(value, str):
        return said.text == value
    return None


def close(value: float | None, number: float) -> bool:
    """Whether a number is remembered well enough: within a tenth of it."""
    return bool(value is not None and is_right(Said("", value), number))


def read_number(text: str, unit: str = "") -> float | None:
    """A number as one types it: "0.25", "0,25", "19,500", "25 %", "1/4"; None for anything else.

    unit: what stands behind the field; where that is %, "25" and "25 %" are the same.
    """
    plain = re.sub(r"\s", "", text).replace("\u2212", "-")
    over, slash, under = plain.partition("/")
    if slash:
        numbers = read_number(over), read_number(under)
        fits = None not in numbers and numbers[1] and "/" not in under
        return numbers[0] / numbers[1] if fits else None
    digits = plain.removesuffix("%")
    grouped = re.fullmatch(r"-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", digits)
    number = digits.replace(",", "" if grouped else ".")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", number, re.IGNORECASE | re.ASCII):
        return None
    value = float(number)
    return value / 100 if digits != plain and not unit.startswith("%") else value


def shown(value: Any) -> str:
    """A result as one reads it: 342, 0.2346, 19,500; a text as it is."""
    if hasattr(value, "item") and getattr(value, "size", 1) == 1:
        value = value.item()  # a number of NumPy's
    if isinstance(value, bool) or not isinstance(value, Real):
        return str(value)
    if isinstance(value, Integral):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    if abs(value) >= 1000:
        return f"{value:,.0f}" if abs(value) < 1e12 else f"{value:.3g}"
    return f"{value:.4g}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _line(text: str) -> Card:
    return Card(text, panel(Markup("<p>{}</p>").format(as_html(text, inline=True)), "still"))
