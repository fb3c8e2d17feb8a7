"""What an explorable is made of, as plain data: controls to turn, a question, tasks."""

import numbers
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Slider:
    """A number between `low` and `high`. `when` names the settings that make it appear."""

    name: str
    label: str
    low: float
    high: float
    step: float
    start: float
    when: dict = field(default_factory=dict)
    kind: str = "slider"

    def checked(self, value):
        """The value as a plain Python number. Raises ValueError if it is out of range."""
        is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
        if not is_number or not self.low <= value <= self.high:
            raise ValueError(
                f"{self.name}: expected a number from {self.low} to {self.high}, got {value!r}"
            )
        return int(value) if float(value).is_integer() else float(value)


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    name: str
    label: str
    options: tuple[str, ...]
    start: str
    when: dict = field(default_factory=dict)
    kind: str = "choice"

    def checked(self, value):
        """The value itself. Raises ValueError if it is not one of the options."""
        if value not in self.options:
            raise ValueError(f"{self.name}: expected one of {list(self.options)}, got {value!r}")
        return value


@dataclass(frozen=True)
class Toggle:
    """Yes or no."""

    name: str
    label: str
    start: bool
    when: dict = field(default_factory=dict)
    kind: str = "toggle"

    def checked(self, value):
        """The value itself. Raises ValueError if it is not True or False."""
        if not isinstance(value, bool):
            raise ValueError(f"{self.name}: expected True or False, got {value!r}")
        return value


@dataclass(frozen=True)
class Field:
    """Something the reader types; Enter hands it in. `reveal` labels a button that hands in "?".

    keeps: the field goes on showing what was handed in, to be changed; else it is empty again.
    """

    name: str
    label: str
    start: str = ""
    reveal: str = ""
    when: dict = field(default_factory=dict)
    keeps: bool = False
    kind: str = "field"

    def checked(self, value):
        """The value itself. Raises ValueError if it is not a short line of text."""
        if not isinstance(value, str) or len(value) > 200:
            raise ValueError(f"{self.name}: expected at most 200 characters, got {value!r}")
        return value


@dataclass(frozen=True)
class Option:
    """One answer to the opening question, and what to say to those who choose it."""

    text: str
    reply: str


@dataclass(frozen=True)
class Question:
    """What the reader predicts before touching anything."""

    text: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Task:
    """Something to reach with the controls, or with `number=True` a number to find and type in.

    check: the name of the function in figure.js that decides whether it is done; the learner's
        progress knows the task by it, too.
    share: the number is a part of a whole: 75, 75 % and 0.75 are the same answer.
    """

    check: str
    text: str
    number: bool = False
    share: bool = False


@dataclass(frozen=True)
class Place:
    """What one place in the course asks with a figure: its question, its tasks, its sentence."""

    question: Question
    tasks: tuple[Task, ...]
    takeaway: str


@dataclass(frozen=True)
class Play:
    """The control that the Play button moves on by `stride` sixty times a second."""

    control: str
    stride: float


def as_json(part):
    """The part as a dict of plain values, as the browser wants it."""
    return asdict(part)
