"""Interactive figures that answer at once: put the name of one on the last line of a cell."""

from .attention_view import AttentionView
from .backprop_stepper import BackpropStepper
from .boundary_lab import BoundaryLab
from .broadcasting import Broadcasting
from .convolution_painter import ConvolutionPainter
from .descent_valley import DescentValley
from .function_slope import FunctionSlope
from .merging_pairs import MergingPairs
from .network_xray import NetworkXray
from .numpy_and_keras import NumpyAndKeras
from .occlusion_brush import OcclusionBrush
from .optimizer_race import OptimizerRace
from .overfitting_dial import OverfittingDial
from .pipeline_lanes import PipelineLanes
from .softmax_cross_entropy import SoftmaxCrossEntropy
from .spectrogram_with_sound import SpectrogramWithSound
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
    ConvolutionPainter,
    MergingPairs,
    AttentionView,
    SpectrogramWithSound,
    OcclusionBrush,
    PipelineLanes,
)  # in the order of the lessons

__all__ = [
    "EXPLORABLES",
    "AttentionView",
    "BackpropStepper",
    "BoundaryLab",
    "Broadcasting",
    "ConvolutionPainter",
    "DescentValley",
    "FunctionSlope",
    "MergingPairs",
    "NetworkXray",
    "NumpyAndKeras",
    "OcclusionBrush",
    "OptimizerRace",
    "OverfittingDial",
    "PipelineLanes",
    "SoftmaxCrossEntropy",
    "SpectrogramWithSound",
    "StepSize",
    "SymptomToCause",
]
