"""Pipeline lanes: how long a step takes with several workers, and when one more slows it down."""

from .figure import PipelineLanes

__all__ = ["PipelineLanes"]
