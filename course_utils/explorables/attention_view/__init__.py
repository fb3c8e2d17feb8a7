"""Attention view: which words look at which, on a sentence of one's own."""

from .figure import AttentionView

__all__ = ["AttentionView"]
