"""Overfitting dial: width, noise, L2, dropout and examples, and what they do to the two losses."""

from .figure import OverfittingDial

__all__ = ["OverfittingDial"]
