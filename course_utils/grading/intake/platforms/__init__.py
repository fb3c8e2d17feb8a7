"""The learning platforms whose downloads are taken as they are: one object each."""

from __future__ import annotations

from course_utils.grading.intake.platforms.canvas import Canvas
from course_utils.grading.intake.platforms.gradescope import Gradescope
from course_utils.grading.intake.platforms.moodle import Moodle
from course_utils.grading.intake.platforms.nbgrader import Nbgrader
from course_utils.grading.intake.platforms.platform import Learner, Platform, Score

PLATFORMS: tuple[Platform, ...] = (Moodle(), Canvas(), Gradescope(), Nbgrader())

__all__ = ["PLATFORMS", "Learner", "Platform", "Score"]
