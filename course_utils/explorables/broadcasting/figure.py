"""Shapes that broadcast: which axes stretch, which clash, and what a sum leaves of a shape."""

import itertools

import numpy as np

from ..kit.form import Explorable
from ..kit.parts import Choice, Field, Option, Question, Task, Toggle

SHAPES = {
    "()": (),
    "(3,)": (3,),
    "(4,)": (4,),
    "(1, 3)": (1, 3),
    "(3, 1)": (3, 1),
    "(4, 1)": (4, 1),
    "(3, 3)": (3, 3),
    "(4, 3)": (4, 3),
    "(2, 1, 3)": (2, 1, 3),
    "(2, 4, 3)": (2, 4, 3),
}
OWN = "numbers of its own"
SUMS = {"A.sum(axis=0)": 0, "A.sum(axis=1)": 1, "A.sum(axis=-1)": -1}
OPERATIONS = {"A + B": np.add, "A - B": np.subtract, "A * B": np.multiply, "A / B": np.divide}


class Broadcasting(Explorable):
    """Two small arrays and one operation. The reader types the shape of the result before it shows.

    `guess`: what was typed, as "(4, 3)", "error", or "?" to see it.
    """

    name = "broadcasting"
    title = "Shapes that broadcast"
    question = Question(
        "A has shape (4, 3): four rows of three. B has shape (4,): one number for each row. What "
        "is A + B?",
        (
            Option("An array of shape (4, 3)", "Give B the shape (4,) and type (4, 3) as a guess."),
            Option("An array of shape (4, 4)", "Give B the shape (4,) and type (4, 4) as a guess."),
            Option("An error", "Give B the shape (4,) and type error as a guess."),
        ),
    )
    controls = (
        Field("guess", "your guess: a shape, or error", reveal="Show"),
        Choice("a", "shape of A", tuple(SHAPES)[1:], "(4, 3)"),
        Choice("b_from", "B is", (OWN, *SUMS), OWN),
        Choice("b", "shape of B", tuple(SHAPES), "(3,)", {"b_from": [OWN]}),
        Toggle("keepdims", "keepdims=True", False, {"b_from": list(SUMS)}),
        Choice("operation", "operation", tuple(OPERATIONS), "A + B"),
    )
    tasks = (
        Task(
            "larger",
            "Choose two shapes whose result is larger than A and larger than B, and type its "
            "shape before it shows.",
        ),
        Task(
            "firstRow",
            "A of shape (3, 3), B is A.sum(axis=1) without keepdims. A / B raises nothing. What "
            "does the first row of A / B sum to, to two digits?",
            number=True,
        ),
        Task(
            "rowsSumToOne",
            "A of shape (4, 3), B is A.sum(axis=1). Make every row of A / B sum to 1, and type "
            "the shape of A / B.",
        ),
    )
    takeaway = (
        "Shapes are compared from the right. An axis of size 1, or one that is missing, stretches "
        "to the other's size; two different sizes clash unless one of them is 1. A sum removes "
        "its axis, and what is left slides to the right; keepdims=True leaves a 1 in its place, "
        "so that the sums still stand beside their rows."
    )

    def still(self, state):
        from course_utils.plots import COLORS

        from ..kit.still import new_figure

        a, b, result, error = arrays(state)
        deep = max(rows_drawn(array) for array in (a, b, result) if array is not None)
        figure, ax = new_figure(size=(7.2, 0.8 + 0.32 * deep))
        parts = [("A", a, COLORS["class_0"]), ("B", b, COLORS["class_1"])]
        symbol = state["operation"][2]
        words = [f"A of shape {a.shape}"] + ([] if b is None else [f"B of shape {b.shape}"])
        left = 0
        for number, (name, array, color) in enumerate(p for p in parts if p[1] is not None):
            whole = array if result is None else np.broadcast_to(array, result.shape)
            draw_cells(ax, left, whole, padded(array.shape), color)
            ax.text(left, 0.5, f"{name}  {array.shape}", weight="bold")
            left += padded(whole.shape)[2] + 1
            if number == 0:
                ax.text(left - 0.5, -1.5, symbol, ha="center", va="center", size=16)
        ax.text(left - 0.5, -1.5, "=", ha="center", va="center", size=16)
        if result is None:
            ax.text(left, -1.5, "error:\n" + error.replace(" with", "\nwith"), va="center")
            end = f"an error: {error}"
        else:
            draw_cells(ax, left, result, padded(result.shape), COLORS["class_2"])
            ax.text(left, 0.5, f"{state['operation']}  {result.shape}", weight="bold")
            end = f"shape {result.shape}; dashed cells are copies that stretching makes"
        right = left + (4 if result is None else padded(result.shape)[2])
        ax.set(xlim=(-0.2, max(10.5, right + 0.2)), ylim=(-deep - 0.2, 1.4))
        ax.axis("off")
        alt = f"Grids of numbers. {' and '.join(words)}; {state['operation']} gives {end}."
        return figure, alt


def arrays(state):
    """(A, B, result, error): B or result is None where NumPy raises, error is its message."""
    a = numbers(SHAPES[state["a"]], 1)
    b = None
    try:
        if state["b_from"] == OWN:
            b = numbers(SHAPES[state["b"]], 10)
        else:
            b = a.sum(axis=SUMS[state["b_from"]], keepdims=state["keepdims"])
        return a, b, OPERATIONS[state["operation"]](a, b), ""
    except ValueError as error:  # NumPy's AxisError is one, too
        return a, b, None, str(error).strip()


def numbers(shape, step):
    """An array of that shape which counts: step, 2 step, 3 step ..."""
    return step * np.arange(1, np.prod(shape, dtype=int) + 1, dtype=float).reshape(shape)


def padded(shape):
    """The shape with three axes, ones in front."""
    return (1,) * (3 - len(shape)) + tuple(shape)


def rows_drawn(array):
    """How many rows high `draw_cells` draws it."""
    layers, rows, _ = padded(array.shape)
    return layers * (rows + 0.4)


def draw_cells(ax, left, array, own, color):
    """The array as cells, layer under layer, from `left` on; beyond `own` shape they are copies."""
    from matplotlib.patches import Rectangle

    cells = array.reshape(padded(array.shape))
    for index in itertools.product(*map(range, cells.shape)):
        copy = any(i >= n for i, n in zip(index, own, strict=True))
        layer, row, column = index
        x, y = left + column, -1 - row - layer * (cells.shape[1] + 0.4)
        look = {"facecolor": "none", "linestyle": ":"} if copy else {"facecolor": (color, 0.25)}
        ax.add_patch(Rectangle((x, y), 1, 1, edgecolor="0.4", **look))
        ax.text(x + 0.5, y + 0.5, f"{cells[index]:.3g}", ha="center", va="center", size=9)
