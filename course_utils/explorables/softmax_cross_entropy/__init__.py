"""Softmax and cross-entropy: from logits to probabilities, to the loss, and back as p - y."""

from .figure import SoftmaxCrossEntropy

__all__ = ["SoftmaxCrossEntropy"]
