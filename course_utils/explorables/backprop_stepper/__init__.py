"""Backprop stepper: back through a computation graph, one local derivative at a time."""

from .figure import BackpropStepper

__all__ = ["BackpropStepper"]
