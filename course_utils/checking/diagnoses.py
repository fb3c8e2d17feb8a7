"""The general diagnoses: causes of a wrong answer that are found without the author's help.

Each is a function of a `Case` that returns a sentence or two, or None. They are tried in the order
of `DIAGNOSES`, and each is a hypothesis that must hold for all that is wrong, not for one number.
A sentence names no hidden value: it may be read where the inputs must stay unseen.
"""

from __future__ import annotations

from collections.abc import Callable

from course_utils.checking.case import Case
from course_utils.checking.diagnose_conduct import (
    another_answer_each_time,
    changed_in_place,
    hard_coded,
    only_one_example,
    reads_the_notebook,
)
from course_utils.checking.diagnose_returned import (
    nothing_returned,
    printed_not_returned,
    unfinished,
    wrong_length,
    wrong_type,
)
from course_utils.checking.diagnose_shape import (
    another_order,
    axis_kept,
    axis_lost,
    blown_up,
    not_reduced,
    reshaped,
    transposed,
    wrong_axis,
    wrong_shape,
)
from course_utils.checking.diagnose_size import (
    complement,
    factor,
    offset,
    overflow,
    reciprocal,
    rounded,
    some_signs,
    squared,
    whole_numbers,
)

DIAGNOSES: tuple[Callable[[Case], str | None], ...] = (
    unfinished,
    another_answer_each_time,
    printed_not_returned,
    nothing_returned,
    reads_the_notebook,
    hard_coded,
    not_reduced,
    wrong_type,
    wrong_length,
    blown_up,
    transposed,
    axis_kept,
    axis_lost,
    wrong_axis,
    only_one_example,
    reshaped,
    wrong_shape,
    overflow,
    whole_numbers,
    factor,
    offset,
    complement,
    reciprocal,
    squared,
    some_signs,
    rounded,
    another_order,
    changed_in_place,
)
