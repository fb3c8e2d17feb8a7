"""What a run says of itself, cut to what can be told from the submission: words carry no secrets.

A submission may forge what the sandbox reports. A forged value earns nothing, but a forged text
could carry a hidden input into a learner's feedback. So a name or a line passes only if it stands
in the submission, a kind of error if it is a known one, the message of an error without its values
(`checking.judging.told`), and free text not at all. Where no input is hidden, messages stay whole.
"""

from __future__ import annotations

import ast
import builtins
import re
from typing import Any

from course_utils.checking.data.question import Question
from course_utils.checking.judging.told import told
from course_utils.grading.intake.python import MAX_PARSED
from course_utils.grading.intake.submission import Submission

KNOWN_KINDS = {
    "AxisError",
    "LinAlgError",
    "UFuncTypeError",
    "_UFuncNoLoopError",
    "_ArrayMemoryError",
}
NUMPY_WARNING = re.compile(r"(overflow|underflow|divide by zero|invalid value) encountered in \w+")


def checked(
    seen: dict[str, Any], question: Question, submission: Submission, *, hidden: bool = True
) -> dict[str, Any]:
    """The report on one question without any text that isn't the submission's or the course's own.

    The message of an error passes if a known wrong answer has the same, by which it is recognized,
    or if no input is `hidden`, as where a learner checks with the inputs that the notebook shows.
    """
    text = "\n".join(cell.source for cell in submission.cells)
    errors = [one.error for w in question.wrong_answers for one in w.values if one.error]
    messages = {error["message"] for error in errors} if hidden else None
    kept = dict(seen)
    for key in ("missing", "reads", "blank"):
        kept[key] = [name for name in seen.get(key, []) if _stands_in(name, text)]
    kept["uses"] = [name for name in seen.get("uses", []) if name in question.forbidden]
    if "error" in seen:
        problem = {_syntax_problem(submission)} if hidden else None
        kept["error"] = _error(seen["error"], text, problem)
    if "observations" in seen:
        kept["observations"] = [_observation(one, text, messages) for one in seen["observations"]]
    return kept


def _observation(seen: dict[str, Any], text: str, messages: set[str] | None) -> dict[str, Any]:
    kept = {key: value for key, value in seen.items() if key != "printed"}
    kept["printed"] = "." if seen.get("printed") else ""  # that it prints is told, not what
    warned = (w for w in seen.get("warned", ()) if isinstance(w, str))
    kept["warned"] = [w for w in warned if NUMPY_WARNING.fullmatch(w)]
    if "error" in seen:
        kept["error"] = _error(seen["error"], text, messages)
    return kept


def _error(error: dict[str, Any], text: str, messages: set[str] | None) -> dict[str, Any]:
    kind, source = str(error.get("kind", "")), str(error.get("source", ""))
    known = isinstance(getattr(builtins, kind, None), type) or kind in KNOWN_KINDS
    kept = {
        "kind": kind if known or _stands_in(kind, text) else "an error",
        "message": _message(str(error.get("message", ""))[:500], text, messages),
        "line": None,
        "source": source if source and source in text else "",
    }
    if _stands_in(error.get("missing"), text):
        kept["missing"] = error["missing"]
    return kept


def _message(message: str, text: str, messages: set[str] | None) -> str:
    """What may be told of an error's message; messages: those that are known, None if all are."""
    if messages is None or message in messages:
        return message
    return told(message, lambda name: _stands_in(name, text), text)


def _stands_in(name: Any, text: str) -> bool:
    if not isinstance(name, str) or not re.fullmatch(r"[\w.]+", name):
        return False
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def _syntax_problem(submission: Submission) -> str:
    """What Python says of the first answer that it can't read; asked here, not in the sandbox."""
    for cell in submission.cells:
        if cell.question and len(cell.source) <= MAX_PARSED:
            try:
                ast.parse(cell.source)
            except SyntaxError as error:
                return error.msg
            except (ValueError, RecursionError, MemoryError):
                continue
    return ""
