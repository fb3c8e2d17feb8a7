"""Interactive figures that answer at once: put the name of one on the last line of a cell."""

from .backprop_stepper import BackpropStepper
from .boundary_lab import BoundaryLab
from .broadcasting import Broadcasting
from .descent_valley import DescentValley
from .function_slope import FunctionSlope
from .network_xray import NetworkXray
from .numpy_and_keras import NumpyAndKeras
from .optimizer_race import OptimizerRace
from .overfitting_dial import OverfittingDial
from .softmax_cross_entropy import SoftmaxCrossEntropy
from .step_size import StepSize
from .symptom_to_cause import SymptomToCause

EXPLORABLES = (
    Broadcasting,
    BoundaryLab,
    FunctionSlope,
    NetworkXray,
    SoftmaxCrossEntropy,
    StepSize,
    BackpropStepper,
    DescentValley,
    OptimizerRace,
    NumpyAndKeras,
    OverfittingDial,
    SymptomToCause,
)  # in the order of the lessons

__all__ = [
    "EXPLORABLES",
    "BackpropStepper",
    "BoundaryLab",
    "Broadcasting",
    "DescentValley",
    "FunctionSlope",
    "NetworkXray",
    "NumpyAndKeras",
    "OptimizerRace",
    "OverfittingDial",
    "SoftmaxCrossEntropy",
    "StepSize",
    "SymptomToCause",
]
