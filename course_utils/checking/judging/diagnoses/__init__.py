"""The general diagnoses: causes of a wrong answer that are found without the author's help.

Each is a function of a `Case` that returns a sentence or two, or None. They are tried in the order
of `DIAGNOSES`, and each is a hypothesis that must hold for all that is wrong, not for one number.
A sentence names no hidden value: it may be read where the inputs must stay unseen.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable

import numpy as np

from course_utils.checking.judging.case import Case
from course_utils.checking.judging.diagnoses.conduct import (
    another_answer_each_time,
    changed_in_place,
    draws_elsewhere,
    hard_coded,
    only_one_example,
    reads_the_notebook,
)
from course_utils.checking.judging.diagnoses.lengths import (
    columns_left_out,
    each_once,
    fixed_length,
    left_out,
    mixed_up,
    too_many,
)
from course_utils.checking.judging.diagnoses.parts import (
    at_an_edge,
    from_a_place_on,
    on_one_side,
    some_results,
)
from course_utils.checking.judging.diagnoses.places import (
    all_the_same,
    clipped,
    counted_all,
    outputs_swapped,
    pooled,
    same_twice,
)
from course_utils.checking.judging.diagnoses.relation import (
    another_step,
    beside_an_input,
    line_by_line,
    nothing_but_zeros,
    of_inputs_alone,
    zeros,
)
from course_utils.checking.judging.diagnoses.returned import (
    among_others,
    decimal_comma,
    nothing_returned,
    one_of_several,
    printed_not_returned,
    unfinished,
    wrong_length,
    wrong_type,
)
from course_utils.checking.judging.diagnoses.shape import (
    another_order,
    as_long_as,
    axes_turned,
    axis_kept,
    axis_lost,
    blown_up,
    not_reduced,
    one_example,
    one_of_each_row,
    one_round,
    part_not_reduced,
    reshaped,
    reshaped_for_turned,
    transposed,
    unchanged_shape,
    wrong_axis,
    wrong_shape,
)
from course_utils.checking.judging.diagnoses.size import (
    all_whole,
    complement,
    cut_off,
    decimal_point,
    factor,
    few_digits,
    fractions,
    minus_one_for_zero,
    nearly,
    offset,
    overflow,
    reciprocal,
    rounded,
    some_signs,
    squared,
    whole_numbers,
)
from course_utils.checking.judging.diagnoses.which_inputs import (
    only_where_zero,
    size_of_example,
    special_inputs,
)

ALL: tuple[Callable[[Case], str | None], ...] = (
    unfinished,
    another_answer_each_time,
    printed_not_returned,
    nothing_returned,
    reads_the_notebook,
    draws_elsewhere,
    hard_coded,
    changed_in_place,
    not_reduced,
    part_not_reduced,
    decimal_comma,
    outputs_swapped,
    same_twice,
    pooled,
    one_round,
    among_others,
    one_of_several,
    wrong_type,
    blown_up,
    transposed,
    axes_turned,
    axis_kept,
    axis_lost,
    wrong_axis,
    only_one_example,
    each_once,
    left_out,
    too_many,
    mixed_up,
    fixed_length,
    wrong_length,
    reshaped,
    one_of_each_row,
    one_example,
    unchanged_shape,
    as_long_as,
    columns_left_out,
    wrong_shape,
    overflow,
    counted_all,
    nothing_but_zeros,
    whole_numbers,
    minus_one_for_zero,
    factor,
    offset,
    complement,
    reciprocal,
    squared,
    some_signs,
    rounded,
    cut_off,
    few_digits,
    decimal_point,
    clipped,
    reshaped_for_turned,
    another_step,
    another_order,
    beside_an_input,
    of_inputs_alone,
    line_by_line,
    special_inputs,
    fractions,
    all_whole,
    nearly,
    all_the_same,
    only_where_zero,
    size_of_example,
    at_an_edge,
    zeros,
    on_one_side,
    from_a_place_on,
    some_results,
)
STRICT = "COURSE_STRICT"  # in the environment, where faults of the checks' own code are looked for


def _or_silent(diagnosis: Callable[[Case], str | None]) -> Callable[[Case], str | None]:
    """The diagnosis, silent where it stumbles over values that nobody had thought of.

    Tests and builds raise. What a learner's numbers make of ours, such as an overflow, is no
    warning to show.
    """

    @functools.wraps(diagnosis)
    def says(case: Case) -> str | None:
        try:
            with np.errstate(all="ignore"):
                return diagnosis(case)
        except Exception:
            if os.environ.get(STRICT):
                raise
            return None

    return says


DIAGNOSES = tuple(map(_or_silent, ALL))
