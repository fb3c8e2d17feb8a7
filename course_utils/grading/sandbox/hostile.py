"""The one parser of what comes out of a sandbox: hostile bytes, until it has read them.

First limits, then a schema, and only then values. Nothing is computed with a number, no text is
kept and no list is gone through before its size and its kind are known.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from course_utils.checking.data.values import decode

MAX_BYTES = 24_000_000  # of one message; the largest value that may travel is 16 MB, in base64
MAX_PARTS = 300_000  # items of lists and objects in one message: what takes memory is not bytes
MAX_TOTAL = 64_000_000  # of all messages of one run
MAX_MESSAGES = 2_000  # of one run
MAX_DIGITS = 400
MAX_DEPTH = 60
MAX_TEXT = 100_000

NAME = re.compile(r"[^\W\d]\w{0,79}(\.[^\W\d]\w{0,79})*")
FIELDS = ("attempted", "missing", "reads", "blank", "uses", "loops", "observations")
STRUCTURE = (b",", b"[", b"{", b":")


class Hostile(ValueError):
    """Bytes that no code of ours writes; the message says in what way."""


class Flood(Hostile):
    """More bytes or more messages than any submission needs."""


class Meter:
    """Counts what one run sends. Raises Flood when it is more than MAX_TOTAL or MAX_MESSAGES."""

    def __init__(self) -> None:
        self._bytes = self._messages = 0

    def count(self, line: bytes) -> None:
        self._bytes += len(line)
        self._messages += 1
        if self._bytes > MAX_TOTAL or self._messages > MAX_MESSAGES:
            raise Flood("it sent more than any submission needs")


def message(line: bytes) -> dict[str, Any]:
    """A line as JSON: an object within the limits above. Raises Hostile for anything else.

    The parts are counted before they are made, since three bytes of JSON may take a hundred of
    memory; numbers are finite, and none has more than MAX_DIGITS digits.
    """
    if not has_room(line):
        raise Flood("a message is too long or has too many parts")
    try:
        found = json.loads(
            line.decode("utf-8"), parse_constant=_no_number, parse_float=_float, parse_int=_int
        )
    except (ValueError, RecursionError) as error:
        raise Hostile(f"it is no message ({type(error).__name__})") from None
    if type(found) is not dict:
        raise Hostile("it is no message")
    return found


def has_room(line: bytes) -> bool:
    """Whether a line keeps the limits of one message."""
    parts = sum(line.count(mark) for mark in STRUCTURE)
    return len(line) < MAX_BYTES and parts <= MAX_PARTS


def _no_number(text: str) -> float:
    raise ValueError(text)


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("too large")
    return value


def _int(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError("too many digits")
    return int(text)


def report(found: Any, probes: int) -> dict[str, Any]:
    """What a run says of one question, checked field by field; raises Hostile.

    probes: how many observations there must be. The result has only the fields that a report may
    have: one of `timeout` (a number), `crashed` (a text), `error` (of the cell), or all of FIELDS;
    and besides `prints` and `printed`.
    """
    _demand(type(found) is dict, "it is no report")
    kept: dict[str, Any] = {"printed": _text(found.get("printed", ""), MAX_TEXT)}
    kept["prints"] = found.get("prints") is True
    if "timeout" in found:
        return kept | {"timeout": _number(found["timeout"], 0.0, 1e6)}
    if "crashed" in found:
        return kept | {"crashed": _text(found["crashed"], 200)}
    if "error" in found:
        return kept | {"error": _error(found["error"])}
    _demand(all(field in found for field in FIELDS), "a field is missing")
    kept |= {field: _names(found[field]) for field in ("missing", "reads", "blank", "uses")}
    kept |= {field: _flag(found[field]) for field in ("attempted", "loops")}
    seen = found["observations"]
    right = 0 if kept["missing"] or not kept["attempted"] else probes
    _demand(type(seen) is list and len(seen) == right, "observations are missing")
    return kept | {"observations": [_observation(one) for one in seen]}


def _observation(found: Any) -> dict[str, Any]:
    _demand(type(found) is dict, "an observation is none")
    _demand(("value" in found) is not ("error" in found), "it is neither a value nor an error")
    kept: dict[str, Any] = {}
    if "error" in found:
        kept["error"] = _error(found["error"])
    else:
        kept["value"] = _value(found["value"])
    for key in ("changed", "same", "drawn"):
        if key in found:
            kept[key] = _places(found[key])
    if "warned" in found:
        _demand(type(found["warned"]) is list and len(found["warned"]) <= 10, "no warnings")
        kept["warned"] = [_text(one, 2_000) for one in found["warned"]]
    kept["printed"] = _text(found.get("printed", ""), 10_000)
    if found.get("unsteady") is not None:
        kept["unsteady"] = _flag(found["unsteady"])
    if found.get("seconds") is not None:
        kept["seconds"] = _number(found["seconds"], 0.0, 1e6)
    return kept


def _error(found: Any) -> dict[str, Any]:
    _demand(type(found) is dict, "an error is none")
    kept: dict[str, Any] = {
        "kind": _text(found.get("kind", ""), 200),
        "message": _text(found.get("message", ""), 2_000),
        "source": _text(found.get("source", ""), 2_000),
        "line": None,
    }
    if found.get("line") is not None:
        kept["line"] = _whole(found["line"], 10_000_000)
    if found.get("missing") is not None:
        kept["missing"] = _text(found["missing"], 200)
    return kept


def _value(found: Any) -> Any:
    """An encoded value, decoded once to see that it can be."""
    _demand(_depth(found) <= MAX_DEPTH, "a value is nested too deep")
    try:
        decode(found)
    except (ValueError, MemoryError) as error:
        raise Hostile(f"a value can't be read ({type(error).__name__})") from None
    return found


def _depth(found: Any) -> int:
    level, depth = [found], 0
    while level and depth <= MAX_DEPTH:
        depth += 1
        inner = [list(one.values()) if type(one) is dict else one for one in level]
        level = [item for one in inner if type(one) is list for item in one]
    return depth


def _places(found: Any) -> list[int]:
    _demand(type(found) is list and len(found) <= 50, "no places")
    return [_whole(place, 49) for place in found]


def _names(found: Any) -> list[str]:
    _demand(type(found) is list and len(found) <= 200, "no names")
    for name in found:
        _demand(type(name) is str and NAME.fullmatch(name) is not None, "no name")
    return found


def _text(found: Any, most: int) -> str:
    """A text of at most `most` characters, without lone surrogates, which no file takes."""
    _demand(type(found) is str and len(found) <= most, "no text")
    return found.encode("utf-8", "replace").decode("utf-8")


def _flag(found: Any) -> bool:
    _demand(type(found) is bool, "neither true nor false")
    return found


def _number(found: Any, least: float, most: float) -> float:
    _demand(type(found) in (int, float) and least <= found <= most, "no number")
    return found


def _whole(found: Any, most: int) -> int:
    _demand(type(found) is int and 0 <= found <= most, "no whole number")
    return found


def _demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Hostile(otherwise)
