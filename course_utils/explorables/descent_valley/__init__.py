"""Descent valley: how learning rate, momentum and curvature decide whether the loss comes down."""

from .figure import DescentValley

__all__ = ["DescentValley"]
