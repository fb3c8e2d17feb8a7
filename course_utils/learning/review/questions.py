"""What can be asked again: the prompts of lessons, as a learner met them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

from course_utils.learning.copies.reading import read, source
from course_utils.learning.course_progress import progress_file
from course_utils.learning.curriculum import LESSONS, Lesson
from course_utils.learning.own_folder import records_folder
from course_utils.learning.prompts.answers import Answers, Said
from course_utils.learning.prompts.comparing import close
from course_utils.learning.prompts.notation import (
    NotationError,
    Option,
    Prompt,
    is_prompt,
    read_cell,
)
from course_utils.learning.review.schedule import Box, Old, box_of, choose

AGAIN = "review "  # before the key of a prompt: what was answered in a review, beside the lesson's
A_DAY = 3
COMPARE = re.compile(r"\bcompare\(\s*\"(\w+)\"")
RESULT = re.compile(r"(?:It is|The answer:) (.*?)\.?", re.DOTALL)  # as a comparison prints it
RUN = re.compile(rb'"execution_count":\s*[1-9]')
HEADING = re.compile(r"^#{1,4} +(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Question:
    """A prompt of a lesson with its answer. notebook: the name of that of the lesson in which it
    stands; under, before: the heading and the text above it; after: what is said below its result.

    prompt: a quiz, whose options say which is right; lines to order; a number, whose value is
    `number`; or own words, which only their author can judge.
    """

    lesson: Lesson
    notebook: str
    key: str
    prompt: Prompt
    under: str
    before: str = ""
    after: str = ""
    number: float | None = None

    @property
    def name(self) -> str:
        return f"{self.lesson.name}.{self.key}"

    def is_right(self, text: str, value: float | None = None) -> bool | None:
        """Whether an answer is right; None of own words."""
        return self.prompt.is_right(text) if self.number is None else close(value, self.number)


class Review:
    """What a learner may be asked again: the course lies in `root`, the copies in `own`."""

    def __init__(self, root: Path, own: Path | None, today: date | None = None) -> None:
        self.root, self.own = root, own
        self.today = today or date.today()
        folder = records_folder(own or root)
        self.answers = Answers(folder)
        self._hints = {
            lesson
            for lesson, records in progress_file(own or root).records().items()
            if any(record.hints or record.solution_shown for record in records.values())
        }

    def question(self, name: str) -> Question | None:
        """The question of this name, such as "02_activation_functions.quiz seven"."""
        lesson, _, key = name.partition(".")
        return questions(self.root, lesson).get(key)

    def due(self, skipped: Collection[str] = (), without: str = "") -> list[tuple[Question, Old]]:
        """What is due, in the order to ask it; nothing that was skipped, nothing of one lesson."""
        met = {
            name: pair
            for name, pair in self._met().items()
            if name not in skipped and pair[1].lesson != without
        }
        before = [name.partition(".")[0] for name in (*skipped, *self._answered_today())]
        chosen = choose((old for _, old in met.values()), self.today, len(met), before)
        return [met[old.name] for old in chosen]

    @property
    def left_today(self) -> int:
        """How many of the day's questions are still to be asked."""
        return max(0, A_DAY - self.done_today)

    @property
    def done_today(self) -> int:
        """How many reviews were answered today."""
        return len(self._answered_today())

    def _answered_today(self) -> list[str]:
        return [
            f"{lesson}.{key}"
            for lesson, entries in self.answers.all().items()
            for key, said in entries.items()
            if key.startswith(AGAIN)
            and any(_day(at) == self.today and right is not None for at, right in said.tries)
        ]

    @staticmethod
    def key(question: Question) -> str:
        """Under which key of its lesson the answers given in reviews are kept."""
        return AGAIN + question.key

    def last(self, question: Question) -> Said | None:
        """What was answered in the last review of a question."""
        return self.answers.of(question.lesson.name, self.key(question))

    def answer(self, question: Question, text: str, value: float | None = None) -> None:
        """Keep an answer given in a review; own words wait for a judge."""
        right = question.is_right(text, value)
        self.answers.keep(question.lesson.name, self.key(question), text, value, right)

    def judge(self, question: Question, right: bool) -> None:
        """Say whether the own words last written in a review say what the model answer says."""
        self.answers.judge(question.lesson.name, self.key(question), right)

    def first(self, question: Question) -> Said | None:
        """What was last answered in the lesson itself."""
        return self.answers.of(question.lesson.name, question.key)

    def box(self, question: Question) -> Box | None:
        """Where a question is; None if it wasn't met."""
        found = self._met().get(question.name)
        return found[1].box if found else None

    def _met(self) -> dict[str, tuple[Question, Old]]:
        found, said = {}, self.answers.all()
        for lesson in LESSONS:
            known = said.get(lesson.name, {})
            copies = lesson.notebooks(self.own / "notebooks") if self.own else []
            run = {key: copy for copy in copies for key in _run_of(copy)}
            if not (known or run):
                continue
            for key, question in questions(self.root, lesson.name).items():
                tries = _judged(known.get(key), known.get(AGAIN + key))
                if tries or key in run:
                    helped = lesson.name in self._hints
                    met = date.fromtimestamp(run[key].stat().st_mtime) if key in run else self.today
                    box = box_of(tries, met)
                    alone = not key.startswith("predict")
                    old = Old(question.name, lesson.name, box, helped, alone)
                    found[question.name] = (question, old)
        return found


def _judged(*said: Said | None) -> list[tuple[date, bool]]:
    """The answers of which it is known whether they were right, oldest first."""
    tries = sorted(each for one in said if one for each in one.tries if each[1] is not None)
    return [(_day(at), bool(right)) for at, right in tries]


def questions(root: Path, lesson: str) -> dict[str, Question]:
    """By their keys, the prompts of a lesson; of predictions those whose result is stored in it."""
    known = next((each for each in LESSONS if each.name == lesson), None)
    found = {}
    for path in known.notebooks(root / "notebooks") if known else ():
        found |= _read_questions(path, path.stat().st_mtime_ns, known)
    return found


@lru_cache(maxsize=64)
def _read_questions(path: Path, version: int, lesson: Lesson) -> dict[str, Question]:
    cells = read(path.read_bytes()).cells
    results = _results(cells)
    found, under, before = {}, "", ""
    for place, cell in enumerate(cells):
        text = source(cell)
        if cell["cell_type"] == "markdown":
            before = _plain_paragraph(text, -1)
            if headings := HEADING.findall(text):
                under = re.sub(r"[*`$]", "", headings[-1])
        if cell["cell_type"] != "code" or not is_prompt(text):
            continue
        try:
            prompt = read_cell(text)
        except NotationError:
            continue
        key = f"{prompt.kind} {prompt.name}"
        question = Question(lesson, path.stem, key, prompt, under)
        if prompt.kind == "predict":
            after = _below_result(cells[place:], prompt.name)
            question = replace(question, before=before, after=after)
            question = _with_result(question, results.get(prompt.name))
        if question is not None:
            found[key] = question
    return found


def _below_result(cells: list[dict], name: str) -> str:
    compared = False
    for cell in cells:
        compared = compared or name in COMPARE.findall(source(cell))
        if compared and cell["cell_type"] == "markdown":
            return _plain_paragraph(source(cell), 0)
    return ""


def _plain_paragraph(text: str, place: int) -> str:
    """A paragraph of a cell, without the targets of links; nothing of a table, figure or list."""
    said = text.strip().split("\n\n")[place]
    return (
        "" if re.match(r"[#|!<>$\-*\d`]", said) else re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", said)
    )


def _with_result(question: Question, result: str | None) -> Question | None:
    """A prediction with what came out; a choice becomes a quiz. None if nothing fits."""
    prompt = question.prompt
    if result is None or prompt.answer == "words":
        return None
    if prompt.answer == "number":
        try:
            return replace(question, number=float(result.replace(",", "")))
        except ValueError:
            return None
    right = next((o for o in prompt.options if o.text.rstrip(".!?") == result.rstrip(".!?")), None)
    if right is None:
        return None
    so = question.after or "So it came out."
    options = tuple(
        Option(o.text, o is right, so if o is right else "It came out otherwise.")
        for o in prompt.options
    )
    return replace(question, prompt=replace(prompt, kind="quiz", options=options))


def _results(cells: list[dict]) -> dict[str, str]:
    """What the comparisons of a lesson say, as stored in it: by the name of the prediction."""
    found = {}
    for cell in cells:
        names = list(dict.fromkeys(COMPARE.findall(source(cell))))
        if not names or cell["cell_type"] != "code":
            continue
        texts = ["".join(o.get("data", {}).get("text/plain", "")) for o in cell["outputs"]]
        said = [match[1] for text in texts if (match := RESULT.fullmatch(text))]
        if len(names) == len(said):
            found.update(zip(names, said, strict=True))
    return found


def _run_of(copy: Path) -> frozenset[str]:
    return _read_run(copy, copy.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read_run(copy: Path, version: int) -> frozenset[str]:
    """The keys of the prompts that were run in a learner's copy, with the cell that answers."""
    run, open_, content = set(), set(), copy.read_bytes()
    if not RUN.search(content):
        return frozenset()
    for cell in read(content).cells:
        if cell["cell_type"] != "code":
            continue
        text, was_run = source(cell), cell["execution_count"] is not None
        if found := re.match(r"%%(\w+) (\w+)", text) if is_prompt(text) else None:
            (run if was_run else open_).add(f"{found[1]} {found[2]}")
        elif not was_run:
            open_ |= {f"predict {name}" for name in COMPARE.findall(text)}
    return frozenset(run - open_)


def _day(at: str) -> date:
    """The day, here, of a moment as it is kept."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return date.min
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone().date()
