"""A computation graph: values as boxes, operations between them, from left to right."""

import numpy as np

from .colors import COLORS
from .style import axes_or_new


def computation_graph(nodes, edges, *, gradients=None, ax=None):
    """Draw what is computed from what; every node stands right of all that it needs.

    nodes: {name: text}, for instance {"a": "a = 2", "c": "c = a * b = 6"}
    edges: [(from, to), ...] names; a value used twice appears in two edges
    gradients: {name: number}, written under the node
    Returns the Axes.
    """
    places = layout(nodes, edges)
    width = 1 + max(x for x, _ in places.values())
    height = 1 + max(y for _, y in places.values()) - min(y for _, y in places.values())
    ax = axes_or_new(ax, figsize=(1.9 * width, max(1.6, 0.95 * height)))
    boxes = {}
    for name, (x, y) in places.items():
        boxes[name] = ax.text(
            x, y, nodes[name], ha="center", va="center", zorder=3,
            bbox={"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": "black"},
        ).get_bbox_patch()  # fmt: skip
        if gradients and name in gradients:
            ax.text(
                x, y - 0.32, f"gradient {gradients[name]:.3g}", ha="center", va="top", fontsize=9,
                color=COLORS["gradient"], fontweight="bold", zorder=3,
            )  # fmt: skip
    for source, target in edges:
        between = {"patchA": boxes[source], "patchB": boxes[target], "shrinkA": 2, "shrinkB": 2}
        style = {"arrowstyle": "-|>", "color": COLORS["neutral"], "mutation_scale": 14}
        ax.annotate("", places[target], places[source], arrowprops=between | style, zorder=1)
    rows = [y for _, y in places.values()]
    ax.set(xlim=(-0.5, width - 0.5), ylim=(min(rows) - 0.7, max(rows) + 0.5))
    ax.axis("off")
    return ax


def describe_computation_graph(nodes, edges, *, gradients=None):
    """The figure of `computation_graph` in words, in an order in which it can be computed."""
    needs = inputs_of(nodes, edges)
    parts = []
    for name in sorted(nodes, key=depths(nodes, needs).get):
        text = str(nodes[name]).replace("\n", ", ")
        if needs[name]:
            text += f" from {' and '.join(needs[name])}"
        if gradients and name in gradients:
            text += f" (gradient {gradients[name]:.3g})"
        parts.append(text)
    return f"Graph of {len(nodes)} nodes, from left to right: {'; '.join(parts)}."


def layout(nodes, edges):
    """Places {name: (x, y)}: x is the length of the longest way to the node, y spreads a column."""
    needs = inputs_of(nodes, edges)
    depth = depths(nodes, needs)
    places = {}
    for x in range(max(depth.values()) + 1):
        column = [name for name in nodes if depth[name] == x]
        # A node wants the height of what it is made from, so that arrows cross little.
        wish = {name: np.mean([places[n][1] for n in needs[name]] or [0]) for name in column}
        column.sort(key=lambda name: -wish[name])
        middle = np.mean(list(wish.values()))
        for k, name in enumerate(column):
            places[name] = (x, middle + (len(column) - 1) / 2 - k)
    return places


def depths(nodes, needs):
    """{name: length of the longest way that leads to it}; raises ValueError for a cycle."""
    depth = {}
    while len(depth) < len(nodes):
        ready = [n for n in nodes if n not in depth and all(m in depth for m in needs[n])]
        if not ready:
            waiting = ", ".join(str(n) for n in nodes if n not in depth)
            raise ValueError(f"edges: {waiting} wait for each other; a graph must have no cycle")
        depth |= {n: 1 + max((depth[m] for m in needs[n]), default=-1) for n in ready}
    return depth


def inputs_of(nodes, edges):
    needs = {name: [] for name in nodes}
    for source, target in edges:
        for name in (source, target):
            if name not in needs:
                raise ValueError(f"edges: {name!r} is not among the nodes {list(nodes)}")
        needs[target].append(source)
    return needs
