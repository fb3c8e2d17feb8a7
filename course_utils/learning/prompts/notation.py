"""The notation of a prompt: the Markdown below `%%predict`, `%%quiz` or `%%words`, read.

%%predict bent_right number of 359     %%quiz saturated        %%words dead_unit
How many will it get right now?        What follows?           Explain to a friend why ...
                                       - [ ] One option.
%%predict fewer choice                   Why not.              ***
More than 329, or fewer?               - [x] Another.          The model answer.
- more                                   Why.
- fewer
"""

from __future__ import annotations

import re
from dataclasses import dataclass

KINDS = ("predict", "quiz", "words")
ANSWERS = ("number", "choice", "words")
MAGIC = re.compile(r"%%(\w+)\b[ \t]*(.*)")
OPTION = re.compile(r"[-*][ \t]+(?:\[(?P<mark>[ xX])\][ \t]*)?(?P<text>.*)")
FENCE = re.compile(r"[ \t]*(```|~~~)")
RULE = re.compile(r"\*{3,}[ \t]*")


class NotationError(ValueError):
    """What is wrong with the notation of a prompt, and how it is written."""


@dataclass(frozen=True)
class Option:
    """One option of a choice or a quiz, in Markdown; of a choice it isn't said which is right."""

    text: str
    right: bool = False
    explanation: str = ""


@dataclass(frozen=True)
class Prompt:
    """What a lesson asks. `answer`: how it is answered, one of ANSWERS; `text`, `model`: Markdown.

    unit: words after a number's field, such as "of 359". model: what own words are compared with.
    """

    kind: str
    name: str
    answer: str
    text: str
    unit: str = ""
    options: tuple[Option, ...] = ()
    model: str = ""

    @property
    def right(self) -> int | None:
        """The place of the right option of a quiz."""
        return next((i for i, option in enumerate(self.options) if option.right), None)


def is_prompt(source: str) -> bool:
    """Whether a cell is one of the three prompts."""
    found = MAGIC.match(source)
    return bool(found) and found[1] in KINDS


def read_cell(source: str) -> Prompt:
    """The prompt of a whole cell, its magic in the first line. Raises NotationError."""
    first, _, body = source.partition("\n")
    found = MAGIC.match(first)
    if not found or found[1] not in KINDS:
        raise NotationError(f"begins with `{first}`, which is none of %%{', %%'.join(KINDS)}")
    return read(found[1], found[2], body)


def read(kind: str, line: str, body: str) -> Prompt:
    """The prompt that a magic of this kind means by its line and its body. Raises NotationError."""
    words = line.split()
    name = words[0] if words else ""
    if not name.isidentifier():
        what = f"got {name!r}" if name else "got none"
        raise NotationError(
            f"`%%{kind}` needs a name for what it asks, such as `%%{kind} dead_unit`; {what}"
        )
    if kind != "predict" and len(words) > 1:
        raise NotationError(
            f"`%%{kind} {name}` takes a name and nothing else; got {' '.join(words[1:])!r}"
        )
    text = body.strip()
    if not text:
        raise NotationError(f"`%%{kind} {name}` asks nothing: write the question below it")
    return {"predict": _prediction, "quiz": _quiz, "words": _words}[kind](name, words[1:], text)


def _prediction(name: str, words: list[str], text: str) -> Prompt:
    answer = words[0] if words else ""
    if answer not in ANSWERS:
        got = f"{answer!r} is none" if answer else "none is given"
        raise NotationError(
            f"`%%predict {name}` needs the kind of its answer after the name, one of "
            f"{', '.join(ANSWERS)}; {got}"
        )
    if answer != "number" and len(words) > 1:
        raise NotationError(
            f"`%%predict {name} {answer}` takes no further words; got {' '.join(words[1:])!r}"
        )
    if answer != "choice":
        return Prompt("predict", name, answer, text, " ".join(words[1:]))
    question, options = _options(f"%%predict {name} choice", text)
    for option, mark in options:
        if mark is not None:
            raise NotationError(
                f"`%%predict {name} choice`: leave out the box before {option.text!r}; which "
                "option is right is found by the cell below, not typed"
            )
    texts = [option.text for option, _ in options]
    if len(set(texts)) < len(texts):
        raise NotationError(f"`%%predict {name} choice` has the same option twice")
    for option, _ in options:
        if "\n" in option.text or option.explanation:
            raise NotationError(
                f"`%%predict {name} choice`: an option stands in one line; what explains it "
                "belongs below the cell that gives the answer"
            )
    return Prompt("predict", name, answer, question, "", tuple(o for o, _ in options))


def _quiz(name: str, _: list[str], text: str) -> Prompt:
    question, options = _options(f"%%quiz {name}", text)
    for option, mark in options:
        if mark is None:
            raise NotationError(
                f"`%%quiz {name}`: the option {option.text!r} has no box: write `- [ ]`, or "
                "`- [x]` for the right one"
            )
        if not option.explanation:
            raise NotationError(
                f"`%%quiz {name}`: the option {option.text!r} has no explanation: write it below, "
                "two spaces to the right; whoever chooses it reads it first"
            )
    right = sum(option.right for option, _ in options)
    if right != 1:
        raise NotationError(
            f"`%%quiz {name}` needs one right option, marked `- [x]`; {right} are marked"
        )
    return Prompt("quiz", name, "choice", question, "", tuple(o for o, _ in options))


def _words(name: str, _: list[str], text: str) -> Prompt:
    lines = text.split("\n")
    rules = [i for i, line in _outside_fences(lines) if RULE.fullmatch(line)]
    question = "\n".join(lines[: rules[0]]).strip() if rules else ""
    model = "\n".join(lines[rules[0] + 1 :]).strip() if rules else ""
    if not (question and model):
        raise NotationError(
            f"`%%words {name}` needs the task, then a line `***`, then an answer to compare with"
        )
    return Prompt("words", name, "words", question, model=model)


def _options(said: str, text: str) -> tuple[str, list[tuple[Option, str | None]]]:
    """The question, and each option with what stands in its box (None without a box).

    Options are the last list of the text; lines below an option and to the right explain it.
    """
    lines = text.split("\n")
    starts = [i for i, line in _outside_fences(lines) if OPTION.fullmatch(line)]
    boxed = [i for i in starts if OPTION.fullmatch(lines[i])["mark"] is not None]
    starts = [i for i in starts if not boxed or i >= boxed[0]]
    starts = _last_list(lines, starts)
    if len(starts) < 2:
        raise NotationError(
            f"`{said}` needs at least two options below its question, each on a line of its own "
            "that begins with `- `"
        )
    question = "\n".join(lines[: starts[0]]).strip()
    if not question:
        raise NotationError(f"`{said}` has options and no question above them")
    found = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        matched = OPTION.fullmatch(lines[start])
        below = lines[start + 1 : end]
        for line in below:
            if line.strip() and not line.startswith((" ", "\t")):
                raise NotationError(
                    f"`{said}`: the line {line!r} belongs to no option: what explains an option "
                    "stands two spaces to the right of it"
                )
        explanation = _dedent(below)
        mark = matched["mark"]
        text_ = matched["text"].strip()
        if not text_:
            raise NotationError(f"`{said}` has an empty option")
        found.append((Option(text_, mark in ("x", "X"), explanation), mark))
    return question, found


def _last_list(lines: list[str], starts: list[int]) -> list[int]:
    """Those places of options between which no line stands that belongs to none of them."""
    kept = []
    for start in reversed(starts):
        below = lines[start + 1 : kept[0]] if kept else []
        if any(line.strip() and not line.startswith((" ", "\t")) for line in below):
            break
        kept.insert(0, start)
    return kept


def _dedent(lines: list[str]) -> str:
    """What stands below an option, without the spaces that put it there."""
    return "\n".join(re.sub(r"^(?: {1,2}|\t)", "", line).rstrip() for line in lines).strip()


def _outside_fences(lines: list[str]) -> list[tuple[int, str]]:
    kept, inside = [], False
    for i, line in enumerate(lines):
        if FENCE.match(line):
            inside = not inside
        elif not inside:
            kept.append((i, line))
    return kept
