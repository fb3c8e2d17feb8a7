"""The helper package of the course *from one neuron to Keras*."""

__version__ = "0.1.0"
