"""Every static figure of the course: each takes data and an `ax`, and returns the Axes."""

from .activation import activation, describe_activation
from .colors import COLORS, LINES, MARKERS
from .figure import show
from .style import use_style

__all__ = ["COLORS", "LINES", "MARKERS", "activation", "describe_activation", "show", "use_style"]
