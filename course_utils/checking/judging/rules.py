"""What a task may ask of an answer's conduct, beside its values: named rules, one sentence each."""

from __future__ import annotations

from collections.abc import Callable

from course_utils.checking.judging.case import Case


def prints_nothing(case: Case) -> str | None:
    """The answer prints nothing where the right one doesn't."""
    if not any(trial.printed and not trial.prints for trial in case.trials):
        return None
    return (
        "Your values are right, but your code prints, and the task asks for a function that prints "
        "nothing. A line left from looking for a mistake? Return only."
    )


def returns_new(case: Case) -> str | None:
    """What comes back is a new list or array, not an argument, and no view of one."""
    name = next((trial.same[0] for trial in case.trials if trial.same), None)
    if name is None:
        return None
    return (
        f"Your values are right, but what you return is the argument `{name}` itself, or a view of "
        "it, and the task asks for a new one: whoever changes the one would change the other."
    )


def no_loop(case: Case) -> str | None:
    """No Python code goes over elements one by one."""
    if not case.loops:
        return None
    return (
        "Your values are right, but made one by one, in a loop or what hides one, and the task "
        "asks for array expressions that work on all elements at once."
    )


RULES: dict[str, Callable[[Case], str | None]] = {
    "prints-nothing": prints_nothing,
    "returns-new": returns_new,
    "no-loop": no_loop,
}


def broken(rules: tuple[str, ...], case: Case) -> tuple[str, str] | None:
    """The first of the named rules that an answer breaks, and the sentence for it."""
    said = ((name, RULES[name](case)) for name in rules)
    return next(((name, sentence) for name, sentence in said if sentence), None)
