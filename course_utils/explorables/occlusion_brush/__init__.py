"""Occlusion brush: cover a piece of a picture, and look how far the network's score falls."""

from .figure import OcclusionBrush

__all__ = ["OcclusionBrush"]
