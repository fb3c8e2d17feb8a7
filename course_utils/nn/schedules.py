"""Learning rate schedules under a short name; Keras keeps them in `optimizers.schedules`."""

from .optimizers.schedules import (
    ConstantLearningRate,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    LearningRateSchedule,
    PiecewiseConstantDecay,
)

__all__ = [
    "ConstantLearningRate",
    "CosineDecay",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
]
