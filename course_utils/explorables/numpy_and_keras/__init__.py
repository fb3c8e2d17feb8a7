"""NumPy and Keras side by side: two loss curves from the same weights, and their difference."""

from .figure import NumpyAndKeras

__all__ = ["NumpyAndKeras"]
