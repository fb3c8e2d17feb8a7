"""Why a notebook can't be built: an author sees all reasons at once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from course_utils.errors import CourseError


class AuthoringError(CourseError):
    """What can't be built, with one message or several; each says where and what to do."""

    @property
    def messages(self) -> tuple[str, ...]:
        return tuple(map(str, self.args))

    def __str__(self) -> str:
        return "\n".join(self.messages)


class Refusals:
    """The refusals so far; true if there is one."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def __bool__(self) -> bool:
        return bool(self.messages)

    def add(self, *messages: str) -> None:
        self.messages += messages

    @contextlib.contextmanager
    def collect(self) -> Iterator[None]:
        """Write down what the block refuses, and go on after it."""
        try:
            yield
        except AuthoringError as error:
            self.add(*error.messages)

    def stop(self) -> None:
        """Raise an AuthoringError with all of them, if there is one."""
        if self.messages:
            raise AuthoringError(*self.messages)
