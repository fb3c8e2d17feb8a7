"""Marks come from hidden inputs, words from public ones: what a learner may read of a mark.

The points are those of the hidden run. All that is said is said of another run, on the inputs of
the learner's own edition, by a process that never met a hidden one; or it is one fixed sentence.
"""

from __future__ import annotations

from dataclasses import replace

from course_utils.checking.data import verdict as v
from course_utils.checking.data.verdict import Verdict
from course_utils.grading.marking.mark import Mark

BEHIND = (
    "It is right for the inputs that you can see, and not for others. An answer has to work for "
    "every input that the task allows."
)
STEP = "Try inputs of your own: other sizes and values, negative ones, zeros, a single row."
NOT_JUDGED = "not judged"


def worded(mark: Mark, shown: Mark | None) -> Mark:
    """The mark with the words of `shown`, the same question on public inputs.

    shown: None if there was no such run, because all was right and nothing was to be remarked.
    """
    if mark.verdict.cause == NOT_JUDGED:
        return mark
    public = shown.verdict if shown is not None else None
    if mark.verdict.is_correct:
        remarks = public.remarks if public is not None and public.is_correct else ()
        verdict = replace(mark.verdict, remarks=remarks)
    elif public is None or public.is_correct or public.cause == NOT_JUDGED:
        verdict = Verdict(mark.name, v.INCORRECT, BEHIND, STEP, "hidden input")
    else:
        verdict = public
    names = ("groups", "withheld", "withheld_while")
    of_parts = {name: getattr(mark.verdict, name) for name in names}
    verdict = replace(verdict, evidence=None, **of_parts)
    return replace(mark, verdict=verdict, printed=shown.printed if shown is not None else "")
