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
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        yield (
            "whole_division",
            "Fractions got lost: `//` divides and cuts to whole numbers, `/` keeps the fraction.",
            _set("op", ast.FloorDiv()),
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        yield (
            "elementwise_product",
            "`*` pairs elements up; a matrix product, where every row meets every column, is `@`.",
            _set("op", ast.Mult()),
        )
    if _is_minus_of_a_name(node):
        yield (
            "lost_minus",
            "A minus sign is missing somewhere. Try your formula by hand on one small number.",
            _set("op", ast.UAdd()),
        )


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


def _set(attribute: str, value: ast.AST) -> Change:
    return lambda node: setattr(node, attribute, value)


def _set_keyword(node: ast.Call, place: int, value: object) -> None:
    node.keywords[place].value = ast.Constant(value)
