"""The helper package of the course *from one neuron to Keras*."""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"
__all__ = ["exercise"]


def __getattr__(name: str) -> Any:
    """Import `exercise` when a notebook asks for it; `import course_utils` alone costs nothing."""
    if name == "exercise":
        from course_utils.checking.notebook import exercise

        return exercise
    raise AttributeError(f"module 'course_utils' has no attribute {name!r}")
