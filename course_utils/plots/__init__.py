"""Every static figure of the course: each takes data and an `ax`, and returns the Axes.

Beside every figure stands its `describe_...`, which says in words what the same data look like;
`show` puts figure, caption and words into the notebook.
"""

from .activation import activation, describe_activation
from .colors import COLORS, LINES, MARKERS
from .confusion import confusion_matrix, describe_confusion_matrix
from .convolution import convolution_step, describe_convolution_step
from .curves import describe_loss_curves, loss_curves
from .figure import show
from .graph import computation_graph, describe_computation_graph
from .histograms import describe_layer_histograms, layer_histograms
from .landscape import describe_loss_landscape, loss_landscape
from .lines import describe_lines, lines
from .network import describe_network, network
from .pictures import describe_image_grid, image_grid
from .player import play
from .points import decision_regions, describe_decision_regions, describe_points, points
from .sound import describe_spectrogram, describe_waveform, spectrogram, waveform
from .style import use_style

__all__ = [
    "COLORS",
    "LINES",
    "MARKERS",
    "activation",
    "computation_graph",
    "confusion_matrix",
    "convolution_step",
    "decision_regions",
    "describe_activation",
    "describe_computation_graph",
    "describe_confusion_matrix",
    "describe_convolution_step",
    "describe_decision_regions",
    "describe_image_grid",
    "describe_layer_histograms",
    "describe_lines",
    "describe_loss_curves",
    "describe_loss_landscape",
    "describe_network",
    "describe_points",
    "describe_spectrogram",
    "describe_waveform",
    "image_grid",
    "layer_histograms",
    "lines",
    "loss_curves",
    "loss_landscape",
    "network",
    "play",
    "points",
    "show",
    "spectrogram",
    "use_style",
    "waveform",
]
