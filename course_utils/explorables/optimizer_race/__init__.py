"""Optimizer race: six optimizers, and the learner's own, down the same landscape."""

from .figure import OptimizerRace

__all__ = ["OptimizerRace"]
