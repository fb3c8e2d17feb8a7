"""Network X-ray: every array of a forward pass, its shape and its numbers, one step at a time."""

from .figure import NetworkXray

__all__ = ["NetworkXray"]
