"""The learner's side: check, hint, solution, predictions and quizzes, bars, progress and the map.

Importing it in a notebook makes `%%predict`, `%%quiz`, `%%words` and `%%order` known there, and
asks old questions that are due.
"""

from __future__ import annotations

import sys

from course_utils.learning.prompts.magics import compare, register
from course_utils.learning.review.door import watch
from course_utils.learning.training_bar import TrainingBar

__all__ = ["TrainingBar", "compare"]

register(sys.modules["IPython"].get_ipython())
watch(sys.modules["IPython"].get_ipython())
