"""Merging pairs: how a tokenizer builds its tokens, one merge after the other."""

from .figure import MergingPairs

__all__ = ["MergingPairs"]
