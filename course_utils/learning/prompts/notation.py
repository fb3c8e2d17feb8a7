"""The notation of a prompt: the Markdown below `%%predict`, `%%quiz`, `%%words` or `%%order`, read.

%%predict bent_right number of 359     %%quiz saturated        %%words dead_unit
How many will it get right now?        What follows?           Explain to a friend why ...
                                       - [ ] One option.
%%predict fewer choice                   Why not.              ***
More than 329, or fewer?               - [x] Another.          The model answer.
- more                                   Why.
- fewer

%%order one_step
One step of training, please:

1. the pictures go forward
2. the loss is computed
3. its gradients come back
4. the weights move

***
Why it goes like this, and not otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from zlib import crc32

KINDS = ("predict", "quiz", "words", "order")
ANSWERS = ("number", "choice", "words")
MAGIC = re.compile(r"%%(\w+)\b[ \t]*(.*)")
OPTION = re.compile(r"[-*][ \t]+(?:\[(?P<mark>[ xX])\][ \t]*)?(?P<text>.*)")
LINE = re.compile(r"\d+[.)][ \t]+(.+)")  # of an order
LINES = range(3, 6)  # so many can be put into order within a minute
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

    unit: words after a number's field, such as "of 359". options: of an order, its lines as they
    belong. model: what own words are compared with, or why the lines stand in this order.
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

    @property
    def mixed(self) -> tuple[Option, ...]:
        """The lines of an order as they are shown: each time alike, at most one in its place."""
        texts = [option.text for option in self.options]
        by_chance = sorted(
            self.options, key=lambda line: crc32(f"{self.name} {line.text}".encode())
        )
        turned = [(*by_chance[k:], *by_chance[:k]) for k in range(len(texts))]
        return min(turned, key=lambda lines: _in_place([o.text for o in lines], texts))

    def is_right(self, text: str) -> bool | None:
        """Whether an option, or lines in some order, one a line, is right; None if none can say."""
        if self.kind == "quiz":
            return next((option.right for option in self.options if option.text == text), None)
        if self.kind == "order":
            return text.split("\n") == [option.text for option in self.options]
        return None


def is_prompt(source: str) -> bool:
    """Whether a cell is one of the prompts."""
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
    readers = {"predict": _prediction, "quiz": _quiz, "words": _words, "order": _order}
    return readers[kind](name, words[1:], text)


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
    question, model = _at_rule(text)
    if not (question and model):
        raise NotationError(
            f"`%%words {name}` needs the task, then a line `***`, then an answer to compare with"
        )
    return Prompt("words", name, "words", question, model=model)


def _order(name: str, _: list[str], text: str) -> Prompt:
    above, model = _at_rule(text)
    if not (above and model):
        raise NotationError(
            f"`%%order {name}` needs the question and its lines, then a line `***`, then why they "
            "stand in this order"
        )
    lines = above.split("\n")
    first = next((i for i, line in _outside_fences(lines) if LINE.fullmatch(line)), len(lines))
    question = "\n".join(lines[:first]).strip()
    texts = []
    for line in filter(str.strip, lines[first:]):
        if not (found := LINE.fullmatch(line)):
            raise NotationError(
                f"`%%order {name}`: {line!r} is none of the lines to order, which begin with "
                "`1. `, `2. ` and so on, and stand in one line each, below the question"
            )
        texts.append(found[1].strip())
    if not question:
        raise NotationError(f"`%%order {name}` has lines and no question above them")
    if len(texts) not in LINES:
        raise NotationError(
            f"`%%order {name}` needs {LINES[0]} to {LINES[-1]} lines in their right order, which "
            f"begin with `1. `, `2. ` and so on; got {len(texts)}"
        )
    if len(set(texts)) < len(texts):
        raise NotationError(f"`%%order {name}` has the same line twice")
    return Prompt("order", name, "order", question, "", tuple(map(Option, texts)), model)


def _at_rule(text: str) -> tuple[str, str]:
    """What stands above and below the first line `***`; two empty texts where there is none."""
    lines = text.split("\n")
    rules = [i for i, line in _outside_fences(lines) if RULE.fullmatch(line)]
    if not rules:
        return "", ""
    return "\n".join(lines[: rules[0]]).strip(), "\n".join(lines[rules[0] + 1 :]).strip()


def _in_place(lines: list[str], right: list[str]) -> int:
    return sum(a == b for a, b in zip(lines, right, strict=True))


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
