"""The helper package of the course *from one neuron to Keras*."""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"
__all__ = ["course_map", "exercise"]


def __getattr__(name: str) -> Any:
    """Import what a notebook asks for, and only then: `import course_utils` alone costs nothing."""
    if name == "exercise":
        from course_utils.learning.session import exercise

        return exercise
    if name == "course_map":
        from course_utils.learning.course_map import course_map

        return course_map
    raise AttributeError(f"module 'course_utils' has no attribute {name!r}")
