"""What a question is: plain frozen data, read from and written to the check file of an exercise."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from course_utils.checking.data.observation import Observation
from course_utils.errors import CourseError

FORMAT = 1
LEFT_OUT_EMPTY = {
    "says", "wrong", "group", "groups", "rules", "forbidden_why", "one_by_one",
    "outside", "measure", "beside", "handed",
}  # fmt: skip
AS_EXPECTED = "="  # in a check file, for a value of a wrong answer that is the right one
LINES_DOWN_TO = 4  # how deep a check file goes before all of a thing stands in one line
USUAL_SECONDS = 10.0  # what an answer and its probes may take, unless an author allows more
PUBLIC_SEED = 0  # of the inputs that every learner may see; a class is graded with another
HANDED = "handed"  # by which an observed expression names the inputs that were made outside


class CheckDataError(CourseError):
    """The check data is missing or can't be used; the message says how to mend it."""


@dataclass(frozen=True)
class Probe:
    """One expression that is evaluated beside an answer, and how its value is judged.

    code: as the author wrote it. observed: the part that runs beside the answer. judge: the name
    of a judge in `judges`. arguments: keyword or position -> expression, for the judge alone;
    they never travel to where answers run. measure: the outside function that turns the observed
    value into what is judged, "" for none; beside: its other arguments. handed: expressions of
    inputs that are made outside; `observed` says `handed[0]` where the first was written. says: the
    author's own words for what was done, which a card shows in place of the code. wrong: what it
    means if the probe fails, where nothing else names the cause. group: the part of the points
    that it decides, "" for all.
    """

    code: str
    observed: str
    judge: str = "close"
    arguments: dict[str, str] = field(default_factory=dict)
    says: str = ""
    wrong: str = ""
    group: str = ""
    measure: str = ""
    beside: dict[str, str] = field(default_factory=dict)
    handed: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The observed part in the author's words, inputs that are made outside included."""
        text = self.observed
        for i, expression in enumerate(self.handed):
            text = text.replace(f"{HANDED}[{i}]", expression)
        return text


@dataclass(frozen=True)
class WrongAnswer:
    """A wrong answer that is known by its values: the author's misconception, or a general slip.

    values: one observation for each probe, as the wrong code gave it.
    """

    message: str
    code: str
    kind: str = "misconception"
    values: tuple[Observation, ...] = ()


@dataclass(frozen=True)
class Task:
    """What of a question observing needs: nothing that says what is right.

    starter: the code that the learner began with. probes: expressions, of which `helpers` are a
    part. forbidden: modules and functions that the answer must do without. handed: for each probe
    the inputs that were made outside, encoded; () if there are none at all.
    """

    names: tuple[str, ...]
    starter: str
    probes: tuple[str, ...]
    helpers: str = ""
    seconds: float = USUAL_SECONDS
    forbidden: tuple[str, ...] = ()
    handed: tuple[tuple[Any, ...], ...] = ()


@dataclass(frozen=True)
class Question:
    """One question of an exercise. `names` are what the learner defines; the first names it.

    groups: (name, share of the points) of each group of probes, in order; () for all or nothing.
    outside: functions of the check that are never run beside an answer: they make its hidden inputs
    and measure what it gave.
    forbidden: dotted names that an answer does without; forbidden_why: the author's reason.
    rules: names of `judging.rules` that the answer keeps, such as "prints-nothing". one_by_one:
    whether the right answer itself goes over elements one by one, so that nobody is told to do
    without.
    """

    names: tuple[str, ...]
    number: str
    points: float
    minutes: int
    difficulty: int
    answer_id: str
    starter: str
    answer: str
    explanation: str
    hints: tuple[str, ...]
    helpers: str
    probes: tuple[Probe, ...]
    expected: tuple[Observation, ...]
    wrong_answers: tuple[WrongAnswer, ...]
    seconds: float = USUAL_SECONDS
    forbidden: tuple[str, ...] = ()
    groups: tuple[tuple[str, float], ...] = ()
    rules: tuple[str, ...] = ()
    one_by_one: bool = False
    forbidden_why: str = ""
    outside: str = ""

    @property
    def name(self) -> str:
        return self.names[0]

    @property
    def task(self) -> Task:
        """What observing an answer to this question needs."""
        probes = tuple(probe.observed for probe in self.probes)
        handed = tuple(seen.handed for seen in self.expected)
        return Task(
            self.names, self.starter, probes, self.helpers, self.seconds, self.forbidden, handed
        )

    @property
    def released(self) -> bool:
        """Whether the answer is in the data; a classroom edition leaves it out."""
        return bool(self.answer)


@dataclass(frozen=True)
class Exercise:
    """All that the checks of one exercise know.

    given: the cells, in order, that stand before and between the questions and that every answer
    may use (imports, data). seed: what the expected values were made with. sources and digest say
    what the data was built from.
    """

    name: str
    title: str
    seed: int
    given: tuple[str, ...]
    questions: tuple[Question, ...]
    digest: str = ""
    notebook_digest: str = ""

    def question(self, name: str) -> Question | None:
        """The question in which the learner defines `name`, if there is one."""
        return next((q for q in self.questions if name in q.names), None)

    @property
    def max_score(self) -> float:
        return sum(q.points for q in self.questions)


@functools.lru_cache(maxsize=8)
def seed_inside(seed: int) -> int:
    """The seed that is known beside answers: no way leads from it to the seed of what is made
    outside, which may hold labels. Below 2**31, as every library takes it.
    """
    if seed == PUBLIC_SEED:
        return seed
    digest = hashlib.pbkdf2_hmac("sha256", str(seed).encode(), b"inside", 100_000)
    return int.from_bytes(digest[:4], "big") % 2**31


def dump(exercise: Exercise) -> str:
    """The exercise as the text of its check file, the same bytes for the same content.

    What is not used (`LEFT_OUT_EMPTY`) is not written.
    """
    data = {"format": FORMAT, **asdict(exercise)}
    for item, question in zip(data["questions"], exercise.questions, strict=True):
        item["expected"] = [seen.to_data() for seen in question.expected]
        right = [_bare(seen).to_data() for seen in question.expected]
        for wrong, known in zip(item["wrong_answers"], question.wrong_answers, strict=True):
            values = [seen.to_data() for seen in known.values]
            pairs = zip(values, right[: len(values)], strict=True)
            wrong["values"] = [AS_EXPECTED if seen == one else seen for seen, one in pairs]
        for part in (item, *item["probes"]):
            for key in [key for key in LEFT_OUT_EMPTY & part.keys() if not part[key]]:
                del part[key]
    return _lines(data) + "\n"


def _bare(seen: Observation) -> Observation:
    """What of an observation a wrong answer is known by."""
    return Observation(value=seen.value, error=seen.error, changed=seen.changed)


def _lines(data: Any, depth: int = 0) -> str:
    """JSON with a line for each probe, each value and each wrong answer: what is inside of them
    would make a file half as long again.
    """
    if depth == LINES_DOWN_TO or not isinstance(data, (dict, list)) or not data:
        return json.dumps(data, ensure_ascii=False)
    margin = "\n" + " " * depth
    if isinstance(data, list):
        inside = [_lines(item, depth + 1) for item in data]
    else:
        inside = [f"{json.dumps(key)}: {_lines(item, depth + 1)}" for key, item in data.items()]
    left, right = "[]" if isinstance(data, list) else "{}"
    return left + ",".join(f"{margin} {one}" for one in inside) + margin + right


def load(path: Path) -> Exercise:
    """Read a check file. Raises CheckDataError when it isn't one, or is from another version."""
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CheckDataError(f"There is no check file {path.name} in {path.parent}.") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise CheckDataError(
            f"The check file {path.name} can't be read ({error}). "
            "Put back the one that came with the exercise, or run `course build`."
        ) from None
    return from_data(data, path.name)


def from_data(data: Any, source: str) -> Exercise:
    """The exercise in `data`, as read from JSON; `source` names it in an error."""
    version = data.get("format") if isinstance(data, dict) else None
    if version != FORMAT:
        raise CheckDataError(
            f"The check file {source} has format {version!r}; this version of the course reads "
            f"format {FORMAT}. Use the exercise and the package of the same release."
        )
    try:
        content = {key: value for key, value in data.items() if key != "format"}
        questions = tuple(_question(item) for item in content.pop("questions"))
        given = tuple(content.pop("given"))
        return Exercise(**content, given=given, questions=questions)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CheckDataError(
            f"The check file {source} is incomplete ({error}). "
            "Put back the one that came with the exercise, or run `course build`."
        ) from None


def _values(values: list, expected: tuple[Observation, ...]) -> Iterator[Observation]:
    for place, seen in enumerate(values):
        is_right = seen == AS_EXPECTED
        yield _bare(expected[place]) if is_right else Observation.from_data(seen)


def _question(item: dict) -> Question:
    tuples = ("names", "hints", "forbidden")
    expected = tuple(map(Observation.from_data, item["expected"]))
    return Question(
        **{
            **item,
            **{key: tuple(item[key]) for key in tuples},
            "groups": tuple((name, share) for name, share in item.get("groups", ())),
            "rules": tuple(item.get("rules", ())),
            "probes": tuple(
                Probe(**{**probe, "handed": tuple(probe.get("handed", ()))})
                for probe in item["probes"]
            ),
            "expected": expected,
            "wrong_answers": tuple(
                WrongAnswer(**{**wrong, "values": tuple(_values(wrong["values"], expected))})
                for wrong in item["wrong_answers"]
            ),
        }
    )
