"""General slips: wrong answers that the builder makes from the right one, each with its message.

A slip is one small change of the right code that people really make. The values that the changed
code gives are how the slip is recognized, so it costs the author nothing and can't be wrong.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Slip:
    """A changed copy of the right code; kind names the change, message speaks to the learner."""

    kind: str
    message: str
    code: str


def slips(source: str) -> list[Slip]:
    """Every slip that `source` allows, each made by one change at one place."""
    tree = ast.parse(source)
    found = []
    for number, node in enumerate(ast.walk(tree)):
        for kind, message, change in _changes(node):
            mutated = copy.deepcopy(tree)
            twin = next(n for i, n in enumerate(ast.walk(mutated)) if i == number)
            change(twin)
            found.append(Slip(kind, message, ast.unparse(ast.fix_missing_locations(mutated))))
    return found


Change = Callable[[ast.AST], None]


def _changes(node: ast.AST) -> Iterator[tuple[str, str, Change]]:
    if isinstance(node, ast.Call):
        yield from _call_changes(node)
    if isinstance(node, ast.BinOp):
        yield from _arithmetic_changes(node)
    if _is_minus_of_a_name(node):
        yield (
            "lost_minus",
            "A minus sign is missing somewhere. Try your formula by hand on one small number.",
            _set("op", ast.UAdd()),
        )
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield from _comparison_changes(node)


def _arithmetic_changes(node: ast.BinOp) -> Iterator[tuple[str, str, Change]]:
    if isinstance(node.op, ast.Div):
        yield (
            "whole_division",
            "Fractions got lost: `//` divides and cuts to whole numbers, `/` keeps the fraction.",
            _set("op", ast.FloorDiv()),
        )
    if isinstance(node.op, ast.MatMult):
        yield (
            "elementwise_product",
            "`*` pairs elements up; a matrix product, where every row meets every column, is `@`.",
            _set("op", ast.Mult()),
        )
    if isinstance(node.op, (ast.Div, ast.Mult)):
        for side in ("left", "right"):
            inner = getattr(node, side)
            if isinstance(inner, ast.BinOp) and isinstance(inner.op, (ast.Add, ast.Sub)):
                yield (
                    "lost_parentheses",
                    "Parentheses are missing: `*` and `/` come before `+` and `-`. Put in all that "
                    "you mean, and see what changes.",
                    lambda n, side=side: _regroup(n, side),
                )
    if isinstance(node.op, ast.Sub):
        yield (
            "swapped_difference",
            "A difference is the wrong way round. Which of the two should count positive?",
            _swap,
        )


def _comparison_changes(node: ast.Compare) -> Iterator[tuple[str, str, Change]]:
    pairs = {ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Lt: ast.LtE, ast.LtE: ast.Lt}
    other = pairs.get(type(node.ops[0]))
    if other:
        message = "All is right but the boundary. What should happen when both sides are equal?"
        yield "boundary", message, _set("ops", [other()])


def _is_minus_of_a_name(node: ast.AST) -> bool:
    minus = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    return minus and not isinstance(node.operand, ast.Constant)


def _call_changes(node: ast.Call) -> Iterator[tuple[str, str, Change]]:
    name = _function_name(node)
    other = {"mean": "sum", "sum": "mean"}.get(name)
    if other:
        yield (
            f"{other}_for_{name}",
            f"You took the {other} where the {name} was asked.",
            lambda n: _rename(n, other),
        )
    if name == "log":
        for base in ("log2", "log10"):
            message = f"You took `{base}`; the natural logarithm, to base e, is `np.log`."
            yield "log_base", message, lambda n, base=base: _rename(n, base)
    if name in ("max", "min", "argmax", "argmin"):
        extreme = name.replace("max", "~").replace("min", "max").replace("~", "min")
        yield (
            "other_extreme",
            f"You took the other extreme: `{extreme}` where `{name}` was meant.",
            lambda n: _rename(n, extreme),
        )
    if name == "range" and node.args:
        message = "A loop ends one step too early. Count its steps on a small example."
        yield "one_too_few", message, lambda n: _shorten(n)
    if name in ("deg2rad", "radians") and len(node.args) == 1:
        message = (
            "The angle stayed in degrees; NumPy's functions take radians, a full turn is 2 pi."
        )
        yield "degrees", message, _without_conversion
    if name in ("sin", "cos", "tan"):
        message = "The angle is in radians here, not in degrees: a full turn is 2 pi."
        yield "degrees", message, _in_degrees
    for place, keyword in enumerate(node.keywords):
        if keyword.arg == "axis":
            yield from _axis_changes(place, keyword.value)
        if keyword.arg == "keepdims":
            message = (
                "A reduction lost its axis (`keepdims=True` keeps it as length 1), so the next "
                "step paired up the wrong elements."
            )
            yield "lost_axis", message, lambda n, place=place: n.keywords.pop(place)


def _axis_changes(place: int, value: ast.expr) -> Iterator[tuple[str, str, Change]]:
    try:
        axis = ast.literal_eval(value)
    except ValueError:
        return
    message = (
        "You worked along the wrong axis: `axis=0` runs down the rows and leaves one result a "
        "column, `axis=1` (or -1) runs along a row and leaves one result a row."
    )
    for wrong in {0: (1, -1), 1: (0,), -1: (0, 1)}.get(axis, ()):
        yield "wrong_axis", message, lambda n, wrong=wrong: _set_keyword(n, place, wrong)
    yield (
        "no_axis",
        "You reduced the whole array to one number; each row (or column) needs its own. Look at "
        "the argument `axis`.",
        lambda n: _set_keyword(n, place, None),
    )


def _function_name(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _rename(node: ast.Call, name: str) -> None:
    if isinstance(node.func, ast.Attribute):
        node.func.attr = name
    elif isinstance(node.func, ast.Name):
        node.func.id = name


def _in_degrees(node: ast.Call) -> None:
    radians = ast.parse("np.deg2rad(0)", mode="eval").body
    radians.args = [node.args[0]]
    node.args[0] = radians


def _without_conversion(node: ast.Call) -> None:
    """`np.deg2rad(x)` becomes `np.positive(x)`, which is x."""
    _rename(node, "positive")


def _shorten(node: ast.Call) -> None:
    stop = min(1, len(node.args) - 1)
    node.args[stop] = ast.BinOp(node.args[stop], ast.Sub(), ast.Constant(1))


def _swap(node: ast.BinOp) -> None:
    node.left, node.right = node.right, node.left


def _regroup(node: ast.BinOp, side: str) -> None:
    """`a / (b + c)` becomes `a / b + c`, and `(a + b) / c` becomes `a + b / c`."""
    inner, outer = getattr(node, side), node.op
    if side == "right":
        node.left, node.right = ast.BinOp(node.left, outer, inner.left), inner.right
    else:
        node.left, node.right = inner.left, ast.BinOp(inner.right, outer, node.right)
    node.op = inner.op


def _set(attribute: str, value: ast.AST) -> Change:
    return lambda node: setattr(node, attribute, value)


def _set_keyword(node: ast.Call, place: int, value: object) -> None:
    node.keywords[place].value = ast.Constant(value)
