"""A computation graph: values as boxes, from left to right, with slopes on the arrows."""

import numpy as np

from .colors import COLORS
from .style import axes_or_new


def computation_graph(nodes, edges, *, gradients=True, slopes=True, ax=None):
    """Draw what is computed from what; every value stands left of all that need it.

    nodes, edges: what `Value.nodes_and_edges()` of course_utils.nn.autograd returns:
        dicts with id, data, grad, operation ("" for an input) and label;
        (from, to, local derivative), one for each use, so a value used twice has two arrows
    gradients: write dL/dvalue under every box, where L is the last value
    slopes: write the local derivative on every arrow
    Returns the Axes.
    """
    nodes = by_id(nodes, edges)
    places = layout(nodes, edges)
    columns = 1 + max(x for x, _ in places.values())
    rows = [y for _, y in places.values()]
    ax = axes_or_new(ax, figsize=(1.7 * columns, max(1.9, 1.05 * (np.ptp(rows) + 1))))
    over = [straight_over(places, *ends) for ends in uses(edges)]
    ax.set(xlim=(-0.5, columns - 0.5))
    ax.set(ylim=(min(rows) - 0.6, max(rows) + (0.75 if any(over) else 0.45)))
    boxes = {}
    for key, (x, y) in places.items():
        boxes[key] = ax.text(
            x, y, box_text(nodes[key]), ha="center", va="center", zorder=3,
            parse_math=False,  # a label may hold any sign, also "$"
            bbox={"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": "black"},
        ).get_bbox_patch()  # fmt: skip
        if gradients:
            ax.annotate(
                f"gradient {num(nodes[key]['grad'])}", (x, y), (0, -23), ha="center", va="top",
                textcoords="offset points", fontsize=9, fontweight="bold", zorder=3,
                color=COLORS["gradient_text"],
            )  # fmt: skip
    for ((source, target), together), hidden in zip(uses(edges).items(), over, strict=True):
        ends = {"patchA": boxes[source], "patchB": boxes[target], "shrinkA": 2, "shrinkB": 2}
        look = {"arrowstyle": "-|>", "color": COLORS["neutral"], "mutation_scale": 14}
        for number, slope in enumerate(together):
            bend = 0.25 * (number - (len(together) - 1) / 2) - (0.3 if hidden else 0)
            arrow = ends | look | {"connectionstyle": f"arc3,rad={bend}"}
            ax.annotate("", places[target], places[source], arrowprops=arrow, zorder=1)
            if slopes:
                x, y = top_of_arc(ax, places[source], places[target], bend)
                ax.text(
                    x, y, num(slope), fontsize=9, ha="center", va="center",
                    zorder=2, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
                )  # fmt: skip
    ax.axis("off")
    return ax


def describe_computation_graph(nodes, edges, *, gradients=True, slopes=True):
    """The figure of `computation_graph` in words, in an order in which it can be computed."""
    nodes = by_id(nodes, edges)
    names = {key: node["label"] or f"v{key}" for key, node in nodes.items()}
    parts = []
    for key, (node, inputs) in ordered(nodes, edges).items():
        text = f"{names[key]} = {num(node['data'])}"
        if inputs:
            made_from = " and ".join(
                names[source] + (f" (slope {num(slope)})" if slopes else "")
                for source, slope in inputs
            )
            text += f", {node['operation']} of {made_from}"
        parts.append(text + (f", gradient {num(node['grad'])}" if gradients else ""))
    return f"Graph of {len(nodes)} values, from left to right: {'; '.join(parts)}."


def box_text(node):
    """What stands in a box: the name and the operation, if it has them, above the value."""
    heading = ": ".join(part for part in (node["label"], node["operation"]) if part)
    return f"{heading}\n{num(node['data'])}" if heading else num(node["data"])


def num(value):
    """Three digits and a true minus sign: "−0.25", "1e−05"."""
    return f"{value:.3g}".replace("-", "−")


def layout(nodes, edges):
    """Places {id: (x, y)}: every value just left of where it is first needed."""
    users = {key: [target for source, target, _ in edges if source == key] for key in nodes}
    order = list(ordered(nodes, edges))
    depth = depths(nodes, inputs_of(nodes, edges))
    column = {}
    for key in reversed(order):
        column[key] = min((column[user] - 1 for user in users[key]), default=max(depth.values()))
    places = {}
    for x in range(max(depth.values()), -1, -1):
        keys = [key for key in order if column[key] == x]
        # A value wants the height of those that need it, so that arrows cross little.
        wish = {key: np.mean([places[user][1] for user in users[key]] or [0]) for key in keys}
        keys.sort(key=lambda key: -wish[key])
        middle = np.mean(list(wish.values())) if keys else 0
        for k, key in enumerate(keys):
            places[key] = (x, middle + (len(keys) - 1) / 2 - k)
    return places


def straight_over(places, source, target):
    """Whether a straight arrow would run behind the box of another value."""
    (x0, y0), (x1, y1) = places[source], places[target]
    between = [(x, y) for x, y in places.values() if x0 < x < x1]
    return any(abs(y0 + (y1 - y0) * (x - x0) / (x1 - x0) - y) < 0.3 for x, y in between)


def top_of_arc(ax, start, end, bend):
    """Where an arrow of matplotlib's style "arc3" is farthest from the straight line."""
    start, end = ax.transData.transform([start, end])
    dx, dy = end - start
    return ax.transData.inverted().transform((start + end + bend * np.array([dy, -dx])) / 2)


def ordered(nodes, edges):
    """{id: (node, [(input id, slope), ...])}, every value after all that it needs."""
    inputs = inputs_of(nodes, edges)
    depth = depths(nodes, inputs)
    return {key: (nodes[key], inputs[key]) for key in sorted(nodes, key=depth.get)}


def depths(nodes, inputs):
    """{id: length of the longest way that leads to it}; raises ValueError for a cycle."""
    depth = {}
    while len(depth) < len(nodes):
        ready = [n for n in nodes if n not in depth and all(m in depth for m, _ in inputs[n])]
        if not ready:
            waiting = ", ".join(str(n) for n in nodes if n not in depth)
            raise ValueError(f"edges: {waiting} wait for each other; a graph must have no cycle")
        depth |= {n: 1 + max((depth[m] for m, _ in inputs[n]), default=-1) for n in ready}
    return depth


def inputs_of(nodes, edges):
    inputs = {key: [] for key in nodes}
    for source, target, slope in edges:
        inputs[target].append((source, slope))
    return inputs


def uses(edges):
    """{(from, to): [slope, ...]}: a * a is one pair with two slopes."""
    together = {}
    for source, target, slope in edges:
        together.setdefault((source, target), []).append(slope)
    return together


def by_id(nodes, edges):
    nodes = {node["id"]: node for node in nodes}
    for edge in edges:
        for key in edge[:2]:
            if key not in nodes:
                raise ValueError(f"edges: {key!r} is not the id of a node; there are {[*nodes]}")
    return nodes
