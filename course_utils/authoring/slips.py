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


def slips(source: str, *, thorough: bool = False) -> list[Slip]:
    """Every slip that `source` allows, each made by one change at one place.

    thorough: also those that leave something out or take another sign, which are many.
    """
    tree = ast.parse(source)
    return [
        Slip(kind, message, _changed(tree, number, change))
        for changes in ((_changes, _more_changes) if thorough else (_changes,))
        for number, node in enumerate(ast.walk(tree))
        for kind, message, change in changes(node)
    ]


# Changes a node, or returns what to put in its place.
Change = Callable[[ast.AST], ast.AST | None]


def _changed(tree: ast.AST, number: int, change: Change) -> str:
    """The code of a copy of `tree` in which the node of this number is changed."""
    mutated = copy.deepcopy(tree)
    twin = next(n for i, n in enumerate(ast.walk(mutated)) if i == number)
    other = change(twin)
    if other is not None:
        _put(mutated, twin, other)
    return ast.unparse(ast.fix_missing_locations(mutated))


def _put(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and any(item is old for item in value):
                value[:] = [new if item is old else item for item in value]


def _more_changes(node: ast.AST) -> Iterator[tuple[str, str, Change]]:
    if isinstance(node, (ast.BinOp, ast.AugAssign)):
        yield from _other_operators(node)
    if isinstance(node, ast.BinOp):
        yield from _lost_operands(node)
    if isinstance(node, ast.Call):
        yield from _other_functions(node)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield from _other_way(node)
    if isinstance(node, ast.FunctionDef):
        yield from _lost_steps(node)


def _other_operators(node: ast.BinOp | ast.AugAssign) -> Iterator[tuple[str, str, Change]]:
    if isinstance(node.op, (ast.Add, ast.Sub)):
        other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        yield (
            "other_sign",
            "Your values are those of a formula in which one term has the other sign: it is taken "
            "away where it should be added, or added where it should be taken away.",
            _set("op", other),
        )
    if isinstance(node.op, (ast.Mult, ast.Div)):
        other = ast.Div() if isinstance(node.op, ast.Mult) else ast.Mult()
        yield (
            "other_side",
            "Your values are those of a formula with one factor on the wrong side of the fraction: "
            "it divides where it should multiply, or multiplies where it should divide.",
            _set("op", other),
        )
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
        yield (
            "overwritten",
            "Your values are those of code that overwrites each time what should be added up, as "
            "`=` does in the place of `+=`: what remains is the last one.",
            lambda n: ast.Assign([n.target], n.value),
        )


def _lost_operands(node: ast.BinOp) -> Iterator[tuple[str, str, Change]]:
    if isinstance(node.op, (ast.Add, ast.Sub)):
        message = (
            "Your values are those of the formula without one of the things that are added or "
            "taken away. Is a term missing?"
        )
        yield "lost_term", message, _set("right", ast.Constant(0))
        yield "lost_term", message, _set("left", ast.Constant(0))
    if isinstance(node.op, (ast.Mult, ast.Div)):
        message = (
            "Your values are those of the formula without one of the things that multiply or "
            "divide. Is a factor missing?"
        )
        yield "lost_factor", message, _set("right", ast.Constant(1))
        if isinstance(node.op, ast.Mult):
            yield "lost_factor", message, _set("left", ast.Constant(1))
    if isinstance(node.op, ast.Pow) and isinstance(node.right, ast.Constant):
        message = "Your values are those of the formula without a power in it. Is one missing?"
        yield "lost_power", message, _set("right", ast.Constant(1))


FUNCTIONS = ("exp", "log", "log1p", "expm1", "sin", "cos", "tan", "tanh", "sqrt", "square", "sign")
ABSOLUTE = ("abs", "absolute", "fabs")


def _other_functions(node: ast.Call) -> Iterator[tuple[str, str, Change]]:
    name = _function_name(node)
    if name in FUNCTIONS and len(node.args) == 1:
        message = (
            "Your values are those of the formula with a function left out. Go through the formula "
            "from the inside to the outside and name each step."
        )
        yield "lost_function", message, _without_function
    if name in ABSOLUTE and len(node.args) == 1:
        message = (
            "Your values are those of the formula without an absolute value in it: a sign is still "
            "there that should not count."
        )
        yield "lost_sign", message, _without_function
    if name in ("sin", "cos"):
        other = "cos" if name == "sin" else "sin"
        message = (
            "Your values are those of the formula with a sine where a cosine belongs, or the other "
            "way round."
        )
        yield "other_function", message, lambda n: _rename(n, other)
    if name in ("maximum", "minimum"):
        other = "minimum" if name == "maximum" else "maximum"
        message = (
            f"Your values are those of the other extreme: of `{other}` where `{name}` was meant."
        )
        yield "other_extreme", message, lambda n: _rename(n, other)
    if name in ("argmax", "argmin"):
        message = "You have the value itself, and asked is where it stands."
        yield "value_for_place", message, lambda n: _rename(n, name.removeprefix("arg"))
    if name in ("sum", "mean"):
        message = (
            f"Your values are those of code that takes the largest one where the {name} of all is "
            "asked."
        )
        yield "largest_only", message, lambda n: _rename(n, "max")


def _other_way(node: ast.Compare) -> Iterator[tuple[str, str, Change]]:
    pairs = {ast.Gt: ast.Lt, ast.GtE: ast.LtE, ast.Lt: ast.Gt, ast.LtE: ast.GtE,
             ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}  # fmt: skip
    other = pairs.get(type(node.ops[0]))
    if other:
        message = (
            "Your values are those of code in which a comparison is the wrong way round: yes and "
            "no have changed places."
        )
        yield "other_way", message, _set("ops", [other()])


def _lost_steps(node: ast.FunctionDef) -> Iterator[tuple[str, str, Change]]:
    for place in range(len(node.body) - 1):
        if isinstance(node.body[place], (ast.For, ast.While)) and isinstance(
            node.body[place + 1], ast.Return
        ):
            message = (
                "Your values are those of a function that ends in the first round of a loop. Look "
                "at how far your `return` is indented."
            )
            yield "return_in_loop", message, lambda n, place=place: _return_early(n, place)
    steps = [inner for inner in ast.walk(node) if _is_step(inner)]
    for place in range(len(steps)):
        message = (
            "Your values are those of code that leaves out one line of a right answer. Say what "
            "each of your lines is for, and what the task asks besides."
        )
        yield "lost_step", message, lambda n, place=place: _without_step(n, place)


def _is_step(node: ast.AST) -> bool:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return isinstance(node, (ast.AugAssign, ast.Assign, ast.Expr)) and not is_text


def _return_early(node: ast.FunctionDef, place: int) -> None:
    node.body[place].body.append(copy.deepcopy(node.body[place + 1]))


def _without_step(node: ast.FunctionDef, place: int) -> None:
    step = [inner for inner in ast.walk(node) if _is_step(inner)][place]
    _put(node, step, ast.Pass())


def _without_function(node: ast.Call) -> None:
    """`np.exp(x)` becomes `np.positive(x)`, which is x."""
    node.func = ast.parse("np.positive", mode="eval").body


def _changes(node: ast.AST) -> Iterator[tuple[str, str, Change]]:
    if isinstance(node, ast.Call):
        yield from _call_changes(node)
    if isinstance(node, ast.BinOp):
        yield from _arithmetic_changes(node)
    if _is_minus_of_a_name(node):
        yield (
            "lost_minus",
            "Your values are those of a formula in which a minus sign is missing. Try yours by "
            "hand on one small number.",
            _set("op", ast.UAdd()),
        )
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield from _comparison_changes(node)


def _arithmetic_changes(node: ast.BinOp) -> Iterator[tuple[str, str, Change]]:
    if isinstance(node.op, ast.Div):
        yield (
            "whole_division",
            "Fractions got lost: your values are those of a division that cuts to whole numbers. "
            "Look for `//`, `int(...)`, a rounding, or an array of integers that results go into.",
            _set("op", ast.FloorDiv()),
        )
    if isinstance(node.op, ast.MatMult):
        yield (
            "elementwise_product",
            "Your values are those of `*`, which pairs elements up, where a matrix product is "
            "meant: in it every row meets every column, and its sign is `@`.",
            _set("op", ast.Mult()),
        )
    if isinstance(node.op, (ast.Div, ast.Mult)):
        for side in ("left", "right"):
            inner = getattr(node, side)
            if isinstance(inner, ast.BinOp) and isinstance(inner.op, (ast.Add, ast.Sub)):
                yield (
                    "lost_parentheses",
                    "Your values are those of a formula with parentheses left out: `*` and `/` "
                    "come before `+` and `-`. Put in all that you mean, and see what changes.",
                    lambda n, side=side: _regroup(n, side),
                )
    if isinstance(node.op, ast.Sub):
        yield (
            "swapped_difference",
            "Your values are those of a formula in which a difference is the wrong way round. "
            "Which of the two should count positive?",
            _swap,
        )


def _comparison_changes(node: ast.Compare) -> Iterator[tuple[str, str, Change]]:
    pairs = {ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Lt: ast.LtE, ast.LtE: ast.Lt}
    other = pairs.get(type(node.ops[0]))
    if other:
        message = (
            "Your values are those of code in which one `<` has become a `<=`, or one `>` a `>=`, "
            "or the other way round. What should happen where both sides are equal?"
        )
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
            f"Your values are those of a {other} in the place of a {name}: the two differ by a "
            "division by how many there are.",
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
        message = (
            "Your values are those of a loop that ends one step too early. Count the steps of "
            "yours on a small example."
        )
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
            yield "lost_axis", message, lambda n, place=place: _drop_keyword(n, place)


def _drop_keyword(node: ast.Call, place: int) -> None:
    node.keywords.pop(place)


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
