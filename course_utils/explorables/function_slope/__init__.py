"""Function and slope: an activation function, its slope, and the zones where no gradient passes."""

from .figure import FunctionSlope

__all__ = ["FunctionSlope"]
