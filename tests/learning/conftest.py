"""The workbench for a question, for every test of a check."""

from workbench import bench

__all__ = ["bench"]
