"""Backprop stepper: back through a computation graph, one local derivative at a time."""

from typing import ClassVar

from ..kit.form import Explorable
from ..kit.parts import Choice, Field, Option, Place, Question, Slider, Task

# Each value: its name, the operation that makes it ("" for an input), and what it is made from.
GRAPHS = {
    "one neuron": (
        ("w", "", ()),
        ("x", "", ()),
        ("p", "×", ("w", "x")),
        ("b", "", ()),
        ("z", "+", ("p", "b")),
        ("a", "tanh", ("z",)),
        ("y", "", ()),
        ("e", "−", ("a", "y")),
        ("L", "**2", ("e",)),
    ),
    "shortcut": (
        ("w", "", ()),
        ("x", "", ()),
        ("p", "×", ("w", "x")),
        ("t", "tanh", ("p",)),
        ("s", "+", ("t", "x")),
    ),
    "x times x": (
        ("x", "", ()),
        ("q", "×", ("x", "x")),
        ("s", "+", ("q", "x")),
    ),
}
YOURS = "your graph"
LARGEST = {"values": 20, "levels": 8, "in a row": 4}  # what the picture has room for


class BackpropStepper(Explorable):
    """A computation graph with its values. The reader gives the local derivatives, from the end.

    result: the end of the learner's own computation, a `Value` of course_utils.nn.autograd or an
        object with the same `nodes_and_edges()`. Its labels name the values.

    place: "batch" asks about one weight that serves several examples, in a graph of the learner's.

    `answers`: the numbers given so far, as "1, -0.5"; "?" for one that was shown.
    """

    name = "backprop_stepper"
    title = "Backprop stepper"
    question = Question(
        "A value x is used in two places. Through the first, the end result changes by 2 for "
        "every 1 that x grows; through the second, by 3. What is the gradient of x?",
        (
            Option("3, the later one counts", "Step through the graph shortcut to its last step."),
            Option("5, they add up", "Check it: step through the graph shortcut to its last step."),
            Option(
                "6, the chain rule multiplies", "Along one path it does. Step through shortcut."
            ),
        ),
    )
    controls = (
        Field("answers", "local derivative, your number", reveal="Show"),
        Choice("graph", "graph", tuple(GRAPHS), "one neuron"),
        Slider("w", "w", -3, 3, 0.1, 0.5, {"graph": ["one neuron", "shortcut"]}),
        Slider("x", "x", -3, 3, 0.1, 2, {"graph": list(GRAPHS)}),
        Slider("b", "b", -3, 3, 0.1, -0.5, {"graph": ["one neuron"]}),
        Slider("y", "y, the target", -1, 1, 0.1, 1, {"graph": ["one neuron"]}),
    )
    tasks = (
        Task(
            "allOwn",
            "One neuron: go all the way back with numbers of your own, none of them shown.",
        ),
        Task(
            "bothPaths",
            "Shortcut, with w = 2 and x = 0: what is ds/dx, the gradient of x with all its uses?",
            number=True,
        ),
        Task(
            "wrongButStill",
            "One neuron: choose values at which the loss is above 0.1 and yet w gets a gradient "
            "below 0.001 in size. Go all the way back to see it.",
        ),
    )
    takeaway = (
        "Every operation knows only its own local derivative. It multiplies what arrives from "
        "the end with it and passes that on. A value that was used more than once gets a "
        "contribution from each use, and they add up."
    )

    places: ClassVar = {
        "batch": Place(
            Question(
                "One weight w serves two examples, and their losses are added. The first example "
                "sends it the gradient 4, the second 1. What is the gradient of w?",
                (
                    Option("2.5, their mean", "It would be, if the loss were the mean of the two."),
                    Option("5, they add up", "Check it: step back to the last box."),
                    Option("4, the larger one", "Step back, and see what reaches w last."),
                ),
            ),
            (
                Task("yoursOwn", "Go all the way back with numbers of your own, none shown."),
                Task(
                    "balanced",
                    "In the cell, choose the bias so that both examples send something to w and "
                    "w gets 0. Run the cell, and go all the way back.",
                ),
            ),
            "A weight that serves every example of a batch is used once for each, so it gets a "
            "contribution from each, and they add up. Equal and opposite ones leave it where it "
            "is; the bias counts the same messages with the weight 1 and may still move.",
        ),
    }

    def __init__(self, result=None, **settings):
        self.yours = None if result is None else checked_graph(result)
        if result is not None:
            settings = {"graph": YOURS} | settings
        super().__init__(**settings)

    def all_controls(self):
        if self.yours is None:
            return self.controls
        choice = Choice("graph", "graph", (*GRAPHS, YOURS), YOURS)
        return tuple(choice if c.name == "graph" else c for c in self.controls)

    def extra(self):
        return {"graphs": GRAPHS, "yours": self.yours}

    def still(self, state):
        from course_utils.plots import computation_graph, describe_computation_graph

        from ..kit.still import new_figure

        nodes, edges = self.nodes_and_edges(state)
        answers = [text for text in state["answers"].split(",") if text.strip()]
        # The way back is what the reader is asked for, so it is drawn only once it has been gone.
        shown = dict.fromkeys(("gradients", "slopes"), len(answers) >= len(edges))
        figure, ax = new_figure(size=(9.6, 3.2))
        computation_graph(nodes, edges, ax=ax, **shown)
        return figure, f"A computation graph. {describe_computation_graph(nodes, edges, **shown)}"

    def nodes_and_edges(self, state):
        """The graph of a state with its gradients, as `Value.nodes_and_edges()` gives it."""
        if state["graph"] == YOURS:
            return self.yours["nodes"], [tuple(edge) for edge in self.yours["edges"]]
        result = compute(GRAPHS[state["graph"]], state)
        result.backward()
        return result.nodes_and_edges()


def compute(graph, inputs):
    """The last Value of one of GRAPHS. inputs: a dict with a number for each of its inputs."""
    from course_utils.nn.autograd import Value

    values = {}
    for name, operation, parents in graph:
        made_from = [values[parent] for parent in parents]
        value = Value(inputs[name]) if not parents else OPERATIONS[operation](*made_from)
        value.label = name
        values[name] = value
    return value


def subtract(a, b):
    """a - b as one value; `Value` itself makes it of a sum and a product."""
    from course_utils.nn.autograd import Value

    return Value(a.data - b.data, (a, b), (1.0, -1.0), "−")


OPERATIONS = {
    "×": lambda a, b: a * b,
    "+": lambda a, b: a + b,
    "−": subtract,
    "tanh": lambda a: a.tanh(),
    "**2": lambda a: a**2,
}


def checked_graph(result):
    """`{"nodes", "edges"}` after `backward`. Raises an error if it can't be drawn."""
    if not hasattr(result, "nodes_and_edges"):
        raise TypeError(
            "BackpropStepper(result): expected the result of a computation, a Value with "
            f"nodes_and_edges(), got {type(result).__name__}"
        )
    result.backward()
    nodes, edges = result.nodes_and_edges()
    levels = [0] * len(nodes)
    for parent, child, _ in reversed(edges):
        levels[parent] = max(levels[parent], levels[child] + 1)
    rows = [levels.count(level) for level in range(max(levels) + 1)]
    for parent, child, _ in edges:  # an edge that jumps over a row needs a place in it
        for level in range(levels[child] + 1, levels[parent]):
            rows[level] += 1
    found = {"values": len(nodes), "levels": len(rows), "in a row": max(rows)}
    for what, most in LARGEST.items():
        if found[what] > most:
            raise ValueError(
                f"BackpropStepper(result): expected at most {most} {what}, got {found[what]}; "
                "take a smaller example"
            )
    return {"nodes": nodes, "edges": [list(edge) for edge in edges]}
