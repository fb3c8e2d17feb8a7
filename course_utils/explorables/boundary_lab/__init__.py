"""Boundary lab: where one neuron, a small network, or the learner's own draws its boundary."""

from .figure import BoundaryLab

__all__ = ["BoundaryLab"]
