"""Symptom to cause: the charts of eight sick runs; name what ails them, and mend them by knobs."""

from .figure import SymptomToCause

__all__ = ["SymptomToCause"]
