"""Interactive figures that answer at once: put the name of one on the last line of a cell."""

from .boundary_lab import BoundaryLab
from .broadcasting import Broadcasting
from .descent_valley import DescentValley
from .function_slope import FunctionSlope
from .network_xray import NetworkXray
from .softmax_cross_entropy import SoftmaxCrossEntropy
from .step_size import StepSize

EXPLORABLES = (
    Broadcasting,
    BoundaryLab,
    FunctionSlope,
    NetworkXray,
    SoftmaxCrossEntropy,
    StepSize,
    DescentValley,
)  # in the order of the lessons

__all__ = [
    "EXPLORABLES",
    "BoundaryLab",
    "Broadcasting",
    "DescentValley",
    "FunctionSlope",
    "NetworkXray",
    "SoftmaxCrossEntropy",
    "StepSize",
]
