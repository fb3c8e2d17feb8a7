"""Convolution painter: nine weights slide over a picture, and a map of their answers appears."""

from .figure import ConvolutionPainter

__all__ = ["ConvolutionPainter"]
