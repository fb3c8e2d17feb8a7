"""Every data set of the course: loaded from vendored files or generated, never downloaded."""

from .dataset import Dataset
from .pictures import load_digits

__all__ = ["Dataset", "load_digits"]
