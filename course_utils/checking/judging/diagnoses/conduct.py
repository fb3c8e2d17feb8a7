"""Diagnoses of how the code behaves: what it depends on, and what it does beside returning."""

from __future__ import annotations

import numpy as np

from course_utils.checking.judging.case import Case, Trial, as_array
from course_utils.checking.judging.compare import difference


def another_answer_each_time(case: Case) -> str | None:
    unsteady = [trial for trial in case.trials if trial.unsteady and trial.by_value]
    if not unsteady:
        return None
    if all(trial.by_helper and not trial.passed for trial in unsteady):
        return (  # what is measured may be of a draw that the task asks for
            "What is measured here differs from one time to the next, and of a right answer it "
            "doesn't. Chance, or something that is kept from the last call, has another part in it "
            "than it should have."
        )
    if any("rng" in trial.inputs for trial in case.trials):
        return (
            "With the same generator in the same state, two calls gave two different answers. "
            "A draw that doesn't come from `rng`, or something that is kept from the last call?"
        )
    return (
        "The same call gave two different answers. Is there something random in it, something that "
        "is kept from the last call, a set, which has no order, or an array that isn't filled in "
        "everywhere (`np.empty`, `where=`)? Let only what comes in as an argument decide."
    )


def hard_coded(case: Case) -> str | None:
    calls = [t for t in case.trials if _is_of_the_answer(t)]
    examples = [t for t in calls if t.is_example and t.passed]
    others = [t for t in calls if not t.passed and t.error is None and t.inputs and t.by_value]
    if not examples or not others:
        return None
    fixed = examples[0].received
    if not all(t.error is None and difference(t.received, fixed) is None for t in calls):
        return None
    return (
        "Your answer is the same, whatever comes in. It is right for one case only; other "
        "arguments must give other values."
    )


def _is_of_the_answer(trial: Trial) -> bool:
    """Whether a value is what the answer gave, and not what the check, or Python, made of it."""
    return not trial.by_helper and not trial.probe.startswith("str(")


def only_one_example(case: Case) -> str | None:
    def rows(trial: Trial) -> int | None:
        arrays = [as_array(value) for value in trial.inputs.values()]
        # A matrix of one entry is no batch of one.
        sizes = [len(a) for a in arrays if a is not None and a.ndim == 2 and a.size > 1]
        return sizes[0] if sizes else None

    passing, failing = [rows(t) for t in case.passes], [rows(t) for t in case.fails]
    if not passing or not all(n == 1 for n in passing) or not all(n and n > 1 for n in failing):
        return None
    if not all(_is_no_luck(trial) for trial in case.passes):
        return None
    results = [as_array(trial.received) for trial in case.fails]
    if any(result is not None and not np.isfinite(result).all() for result in results):
        return None  # what overflows needs no second row
    return (
        "It is right for a single example and wrong for a batch of several. Follow two rows "
        "through your code: do both of them get to its end, and do they meet on the way?"
    )


def _is_no_luck(trial: Trial) -> bool:
    """Whether the right result is one that wrong code hardly gives by chance: it has fractions."""
    array = as_array(trial.expected)
    return trial.by_value and array is not None and bool((array != np.round(array)).any())


def reads_the_notebook(case: Case) -> str | None:
    if not case.reads:
        return None
    names = ", ".join(f"`{name}`" for name in case.reads)
    return (
        f"Your code reads {names} from the notebook instead of using its arguments. It then works "
        "for that one variable only, and not at all in a fresh kernel."
    )


def changed_in_place(case: Case) -> str | None:
    changed = next((t.changed for t in case.trials if t.changed), ())
    if not changed:
        return None
    names = " and ".join(f"`{name}`" for name in changed)
    several = len(changed) > 1
    its, before = f"argument{'s' * several}", "them as they were" if several else "it as it was"
    trial = next(t for t in case.trials if t.changed)
    arrays = all(isinstance(trial.inputs.get(name), np.ndarray) for name in changed)
    another = "with operations that make a new array" if arrays else "build a new one"
    return (
        f"Your code changes its {its} {names} in place. Whoever called still needs {before}; "
        f"work on a copy, or {another}."
    )


def draws_elsewhere(case: Case) -> str | None:
    """Nothing is drawn from the generator that comes in, where the right answer draws from it."""
    if not case.trials or not any(t.idle for t in case.trials):
        return None
    if not all(t.idle for t in case.trials if t.error is None and "rng" in t.inputs):
        return None
    return (
        "Your code draws nothing from the `rng` that comes in. A generator of its own, or a seed "
        "of its own, gives the same numbers whatever generator the caller hands over."
    )
