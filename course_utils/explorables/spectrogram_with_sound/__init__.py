"""Spectrogram with sound: two recordings, seen through a window, heard with bands left out."""

from .figure import SpectrogramWithSound

__all__ = ["SpectrogramWithSound"]
