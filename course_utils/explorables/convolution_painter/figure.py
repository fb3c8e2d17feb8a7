"""Convolution painter: nine weights slide over a picture, and a map of their answers appears."""

from dataclasses import replace
from typing import ClassVar

import numpy as np

from ..kit.form import Explorable
from ..kit.parts import Choice, Field, Option, Place, Play, Question, Slider, Task

SIDE = 12  # built-in pictures and drawings are 12 x 12
MOST = 24  # the longest side of a picture of one's own
PICTURES = ("wall", "digit", "brick", "grass", "your drawing")
PENS = ("chooses a place", "draws", "wipes")
OWN_KERNEL, TRAINED = "your own", "a trained one"
KERNELS = {
    "left-right edge": (-1, 0, 1, -1, 0, 1, -1, 0, 1),
    "upper-lower edge": (-1, -1, -1, 0, 0, 0, 1, 1, 1),
    "blur": (0.1,) * 9,
    "one pixel": (0, 0, 0, 0, 1, 0, 0, 0, 0),
}
WEIGHTS = tuple(f"w{i}{j}" for i in (1, 2, 3) for j in (1, 2, 3))
DRAWN = {"picture": ["your drawing"]}  # when a setting matters

FLAT = Question(
    "A kernel has −1 in its left column, 0 in the middle and 1 on the right. It lies on an area "
    "where all pixels are 0.5. All of them become 1. What does its answer do?",
    (
        Option("It doubles", "Choose left-right edge, and look for a flat area of the wall."),
        Option("It stays 0", "Choose left-right edge, and look for a flat area of the wall."),
        Option("It becomes 9", "Choose left-right edge, and add up its nine weights."),
    ),
)
ONLY_UPRIGHT = Task(
    "onlyUpright",
    "Picture wall, padding 0, stride 1: make a kernel with only two weights that aren't 0. It "
    "answers 0 wherever it sees no upright joint, and finds the upright ones.",
)
MAP_SIZE = Task(
    "mapSize",
    "A picture of 12 by 12, kernel 3 by 3, stride 2, padding 1. How many numbers does the map "
    "have in all? Work it out, then look.",
    number=True,
)
ALL_SIDES = Task(
    "allSides",
    "Make a kernel that answers 0 on every flat area, and answers in the same way to strokes from "
    "all four sides: turned by a quarter, it is the same kernel.",
)


class ConvolutionPainter(Explorable):
    """A picture, a kernel of 3 x 3, the nine products at one place, and the map of all places.

    conv2d: the learner's `conv2d(image, kernel, stride, padding)`; the map is what it returns.
    image: a picture of one's own, (rows, columns), from 3 to 24 each; values are stretched to 0..1.
    kernels: trained kernels to choose from, (3, 3, n), such as `weights[:, :, 0]` of a first layer;
        each is divided by its largest weight in size. place: "trained kernels" then asks of them.
    """

    name = "convolution_painter"
    title = "Convolution painter"
    question = FLAT
    controls = (
        Choice("picture", "picture", PICTURES, "wall"),
        Choice("pen", "your pointer", PENS, PENS[0], DRAWN),
        Choice("preset", "kernel", (OWN_KERNEL, *KERNELS), "left-right edge"),
        *(
            Slider(name, name, -2, 2, 0.05, start)
            for name, start in zip(WEIGHTS, KERNELS["left-right edge"], strict=True)
        ),
        Slider("stride", "stride", 1, 3, 1, 1),
        Slider("padding", "padding", 0, 1, 1, 0),
        Slider("position", "place of the kernel", 0, 143, 1, 0),
        Field("drawing", "drawing: 0 and 1, row by row", when=DRAWN),
    )
    play = Play("position", 0.15)
    tasks = (ONLY_UPRIGHT, MAP_SIZE, ALL_SIDES)
    takeaway = (
        "A convolution lays the same few weights on every place of the picture, multiplies and "
        "adds up. Weights that sum to 0 answer 0 on flat areas, so they find edges, in the "
        "direction in which the weights change. A side of n pixels has (n + 2 padding − 3) / "
        "stride + 1 places, rounded down."
    )
    places: ClassVar = {
        "trained kernels": Place(
            Question(
                "These kernels were found by training on digits. Which of them do you expect?",
                (
                    Option("All are clean edge finders", "Step through them and look for one."),
                    Option("Some look like edge finders", "Step through them and count those."),
                    Option("None makes any sense", "Look at the maps, and not at the weights."),
                ),
            ),
            (
                Task(
                    "bothSides",
                    "Picture digit: find a trained kernel whose map has blue on one side of the "
                    "strokes and orange on the other: largest and smallest value of the map of "
                    "nearly the same size, within a quarter.",
                ),
                Task(
                    "imitation",
                    "Picture digit: choose a trained kernel, and then set the nine weights to −1, "
                    "0 or 1 so that your map still agrees with that of the trained one "
                    "(agreement of 0.9 or more).",
                ),
            ),
            "Trained kernels are seldom clean: training stops when the loss is low, and nobody "
            "asked for beauty. What counts is the sign and rough size of the weights, so a few "
            "whole numbers imitate many of them.",
        ),
    }

    def __init__(self, conv2d=None, image=None, kernels=None, **settings):
        self.conv2d, self.asks_python = conv2d, conv2d is not None
        self.image = None if image is None else checked_image(image)
        self.kernels = None if kernels is None else checked_kernels(kernels)
        if kernels is not None:
            settings = {"place": "trained kernels"} | settings
            if "trained" in settings:
                chosen = self.kernels[settings["trained"] - 1].round(2).tolist()
                settings = dict(zip(WEIGHTS, chosen, strict=True)) | settings
        super().__init__(**settings)

    def all_controls(self):
        by_name = {control.name: control for control in self.controls}

        def change(name, **new):
            by_name[name] = replace(by_name[name], **new)

        if self.image is not None:
            change("picture", options=("your picture", *PICTURES), start="your picture")
            change("position", high=self.image.size - 1)
        if self.kernels is not None:
            change("picture", start="digit")
            change("preset", options=(TRAINED, OWN_KERNEL, *KERNELS), start=TRAINED)
            for name, weight in zip(WEIGHTS, self.kernels[0].round(2).tolist(), strict=True):
                change(name, start=weight)
        controls = list(by_name.values())
        if self.kernels is not None and len(self.kernels) > 1:
            controls.insert(3, Slider("trained", "trained kernel", 1, len(self.kernels), 1, 1))
        return tuple(controls)

    def data(self):
        arrays = {name: built_in(name) for name in PICTURES[:-1]}
        if self.image is not None:
            arrays["your picture"] = self.image
        if self.kernels is not None:
            arrays["kernels"] = self.kernels
        return arrays

    def values(self, asked):
        image = np.array(asked["image"], float).reshape(asked["shape"])
        kernel = np.array(asked["kernel"], float).reshape(3, 3)
        result = np.asarray(self.conv2d(image, kernel, asked["stride"], asked["padding"]), float)
        if result.ndim != 2:
            raise ValueError(f"expected an array (rows, columns), got shape {result.shape}")
        return result

    def still(self, state):
        from ..kit.still import new_figure

        image, kernel = self.picture_of(state), kernel_of(state)
        answer = convolve(image, kernel, state["stride"], state["padding"])
        figure, axes = new_figure(1, 3, size=(7.6, 3), width_ratios=[4, 2, 4])
        top = max(np.abs(answer).max(), 1e-9)
        axes[0].imshow(image, cmap="gray_r", vmin=0, vmax=1)
        axes[1].imshow(kernel, cmap="PuOr", vmin=-2, vmax=2)
        axes[2].imshow(answer, cmap="PuOr", vmin=-top, vmax=top)
        for (i, j), weight in np.ndenumerate(kernel):
            axes[1].text(j, i, f"{weight:.3g}".replace("-", "−"), ha="center", va="center")
        rows, columns = answer.shape
        names = (f"picture: {state['picture']}", "kernel", f"map, {rows} x {columns}")
        for ax, name in zip(axes, names, strict=True):
            ax.set(title=name, xticks=[], yticks=[])
            ax.grid(False)
        weights = "; ".join(" ".join(f"{w:.3g}" for w in row) for row in kernel)
        alt = (
            f"Three panels. A picture of {image.shape[0]} by {image.shape[1]} pixels "
            f"({state['picture']}); a kernel with the rows {weights}; and the map of its answers "
            f"at {rows} by {columns} places, stride {state['stride']}, padding "
            f"{state['padding']}, from {answer.min():.3g} to {answer.max():.3g}."
        )
        return figure, alt

    def picture_of(self, state):
        """(rows, columns): the picture of a state, 0 to 1."""
        if state["picture"] == "your drawing":
            ink = [sign == "1" for sign in state["drawing"].ljust(SIDE * SIDE)[: SIDE * SIDE]]
            return np.array(ink, float).reshape(SIDE, SIDE)
        return self.image if state["picture"] == "your picture" else built_in(state["picture"])


def convolve(image, kernel, stride, padding):
    """(rows, columns): the sum of the products of the kernel with the patch at each place."""
    padded = np.pad(image, padding)
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape)[::stride, ::stride]
    return np.einsum("ijkl,kl->ij", windows, kernel)


def kernel_of(state):
    return np.array([state[name] for name in WEIGHTS], float).reshape(3, 3)


def built_in(name):
    """(12, 12): a picture of that name, 0 to 1; 1 is ink."""
    from course_utils.datasets import load_digits, load_textures

    if name == "wall":
        wall = np.full((SIDE, SIDE), 0.25)
        wall[3::4] = 1  # lying joints; the upright ones are set off from course to course
        for course, first in enumerate((2, 8, 2)):
            wall[4 * course : 4 * course + 3, first] = 1
        return wall
    if name == "digit":
        return np.pad(load_digits().x[3].reshape(8, 8), 2)
    pictures = load_textures()
    corner = {"brick": (60, 96), "grass": (200, 200)}[name]
    cut = pictures.pictures[pictures.class_names.index(name)]
    cut = cut[corner[0] : corner[0] + 4 * SIDE, corner[1] : corner[1] + 4 * SIDE]
    return stretched(1 - cut.reshape(SIDE, 4, SIDE, 4).mean(axis=(1, 3)))


def stretched(image):
    """The image with its smallest value at 0 and its largest at 1."""
    low, high = image.min(), image.max()
    return (image - low) / (high - low) if high > low else np.zeros(image.shape)


def checked_image(image):
    image = np.asarray(image, float)
    if image.ndim != 2 or min(image.shape) < 3 or max(image.shape) > MOST:
        raise ValueError(
            f"ConvolutionPainter: expected image of shape (rows, columns), 3 to {MOST} each, "
            f"got {image.shape}"
        )
    return stretched(image)


def checked_kernels(kernels):
    """(n, 9): each kernel divided by its largest weight in size."""
    kernels = np.asarray(kernels, float)
    if kernels.ndim != 3 or kernels.shape[:2] != (3, 3):
        raise ValueError(
            f"ConvolutionPainter: expected kernels of shape (3, 3, n), got {kernels.shape}; "
            "of a layer's weights (3, 3, 1, n) take weights[:, :, 0]"
        )
    rows = kernels.reshape(9, -1).T
    shares = rows / np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-9)
    return np.round(20 * shares) / 20  # the steps of the sliders
