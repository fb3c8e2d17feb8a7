"""What was observed of one answer, as plain data: all that a judge gets to see."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Observation:
    """What happened when one probe was evaluated.

    value: encoded (`data.values`), unless there is an error. error: an exception as data (`kind`,
    `message`, `line`, `source`, perhaps the `missing` name), None if there was none. inputs: the
    arguments by name or place, if the probe is a plain call of an answer. changed: the places of
    those that the call changed. same: the places of those that the result is, or shares memory
    with. drawn: the places of generators from which the call drew. unsteady: whether a second call
    of the same gave another value, None if there was no second. arguments: what the probe's judge
    gets besides, encoded; beside: the same of its measure. handed: inputs that were made outside,
    encoded. measured_from: the size of the value that was measured, None where `value` is what the
    answer gave.
    """

    value: Any = None
    error: dict[str, Any] | None = None
    inputs: tuple[tuple[str, Any], ...] | None = None
    changed: tuple[int, ...] = ()
    same: tuple[int, ...] = ()
    drawn: tuple[int, ...] = ()
    printed: str = ""
    warned: tuple[str, ...] = ()
    unsteady: bool | None = None
    seconds: float | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    beside: dict[str, Any] = field(default_factory=dict)
    handed: tuple[Any, ...] = ()
    measured_from: int | None = None

    def to_data(self) -> dict[str, Any]:
        """As JSON data, as it stands in a check file: what says nothing is left out."""
        data: dict[str, Any] = {}
        if self.inputs is not None:
            data["inputs"] = [list(pair) for pair in self.inputs]
        if self.changed or (self.inputs is not None and self.error is None):
            data["changed"] = list(self.changed)
        data |= {"value": self.value} if self.error is None else {"error": self.error}
        said = {
            "same": list(self.same) or None,
            "drawn": list(self.drawn) or None,
            "printed": self.printed or None,
            "warned": list(self.warned) or None,
            "unsteady": self.unsteady,
            "seconds": self.seconds,
            "arguments": self.arguments or None,
            "beside": self.beside or None,
            "handed": list(self.handed) or None,
            "measured_from": self.measured_from,
        }
        return data | {key: value for key, value in said.items() if value is not None}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Observation:
        """The observation that `to_data` wrote. Raises TypeError or ValueError for other data."""
        inputs = data.get("inputs")
        return cls(
            **{
                **data,
                "inputs": None if inputs is None else tuple((key, value) for key, value in inputs),
                "changed": tuple(data.get("changed", ())),
                "same": tuple(data.get("same", ())),
                "drawn": tuple(data.get("drawn", ())),
                "warned": tuple(data.get("warned", ())),
                "handed": tuple(data.get("handed", ())),
            }
        )


@dataclass(frozen=True)
class Answer:
    """What was observed of one answer: the input of a judge.

    missing: names that the notebook doesn't define. attempted: False if the starter still stands.
    observations: one for each probe. reads: data of the notebook that the code reads by name.
    blank: names and methods in which the placeholder still stands. uses: what the question forbids.
    loops: whether the code goes over elements one by one.
    """

    attempted: bool
    observations: tuple[Observation, ...] = ()
    missing: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    loops: bool = False
