"""Schedules: a learning rate that depends on how many steps have been made."""

import math
from bisect import bisect_left


class LearningRateSchedule:
    """From the number of steps done to the next learning rate: write `__call__(step)`."""

    def __call__(self, step):
        raise NotImplementedError(f"{type(self).__name__} needs __call__(step)")


class ConstantLearningRate(LearningRateSchedule):
    """Always the same: what a plain float does, in the form of a schedule."""

    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def __call__(self, step):
        return self.learning_rate


class PiecewiseConstantDecay(LearningRateSchedule):
    """Steps: `values[0]` up to and including step `boundaries[0]`, then `values[1]`, and so on."""

    def __init__(self, boundaries, values):
        if len(values) != len(boundaries) + 1:
            raise ValueError(
                "PiecewiseConstantDecay: expected one value more than boundaries, "
                f"got {len(values)} values and {len(boundaries)} boundaries"
            )
        self.boundaries = list(boundaries)
        self.values = list(values)

    def __call__(self, step):
        return self.values[bisect_left(self.boundaries, step)]


class ExponentialDecay(LearningRateSchedule):
    """initial · decay_rate^(step / decay_steps); in stairs if `staircase`."""

    def __init__(self, initial_learning_rate, decay_steps, decay_rate, staircase=False):
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase

    def __call__(self, step):
        periods = step / self.decay_steps
        if self.staircase:
            periods = math.floor(periods)
        return self.initial_learning_rate * self.decay_rate**periods


class InverseTimeDecay(LearningRateSchedule):
    """initial / (1 + decay_rate · step / decay_steps); in stairs if `staircase`."""

    def __init__(self, initial_learning_rate, decay_steps, decay_rate, staircase=False):
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase

    def __call__(self, step):
        periods = step / self.decay_steps
        if self.staircase:
            periods = math.floor(periods)
        return self.initial_learning_rate / (1 + self.decay_rate * periods)


class CosineDecay(LearningRateSchedule):
    """Half a cosine wave, from the top down to `alpha` of it. Loshchilov and Hutter, 2017.

    The top is `initial_learning_rate`. With a `warmup_target`, the rate first climbs in a straight
    line from initial_learning_rate to there, in `warmup_steps` steps, and then decays.
    """

    def __init__(
        self, initial_learning_rate, decay_steps, alpha=0.0, warmup_target=None, warmup_steps=0
    ):
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.alpha = alpha
        self.warmup_target = warmup_target
        self.warmup_steps = warmup_steps

    def __call__(self, step):
        if self.warmup_target is None:
            return self.decayed(self.initial_learning_rate, step)
        if step < self.warmup_steps:
            climb = self.warmup_target - self.initial_learning_rate
            return self.initial_learning_rate + climb * step / self.warmup_steps
        return self.decayed(self.warmup_target, step - self.warmup_steps)

    def decayed(self, top, step):
        share = min(step, self.decay_steps) / self.decay_steps
        wave = 0.5 * (1 + math.cos(math.pi * share))
        return top * (self.alpha + (1 - self.alpha) * wave)
