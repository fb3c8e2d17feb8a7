"""Shapes that broadcast: which axes stretch, which clash, and what a sum leaves of a shape."""

from .figure import Broadcasting

__all__ = ["Broadcasting"]
