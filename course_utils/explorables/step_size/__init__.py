"""Step size: how the error of a difference quotient depends on h, in two precisions."""

from .figure import StepSize

__all__ = ["StepSize"]
