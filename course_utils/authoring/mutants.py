"""Mutants: small changes of the right answer, to find out what a question's probes can't see.

Made with the standard library's `ast`. The mutation libraries that are kept up (cosmic-ray 8.7,
mutmut 3.8) change files of a project with a test suite, not one function in memory, and neither
knows the changes that matter here: another axis, a product that is no longer a matrix product, a
lost `keepdims`, a term dropped from a sum, a function left out.
"""

from __future__ import annotations

import ast
import copy
import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

COMPARISONS: dict[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
ONE_WAY = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
TWINS = (
    "max min", "maximum minimum", "argmax argmin", "amax amin", "sum mean", "std var", "zeros ones",
    "zeros_like ones_like", "floor ceil", "all any", "log log2", "log1p log", "sin cos",
    "vstack hstack", "append extend", "logical_and logical_or", "triu tril",
)  # fmt: skip
FUNCTIONS = {a: b for pair in TWINS for a, b in (pair.split(), pair.split()[::-1])}
# Swapping the arguments of these changes nothing, so it would only make equivalent mutants.
SYMMETRIC = (
    "maximum", "minimum", "max", "min", "hypot", "add", "multiply", "logical_and", "logical_or",
    "array_equal",
)  # fmt: skip
WORDS = {
    "relu": "sigmoid", "sigmoid": "tanh", "tanh": "sigmoid", "softmax": "sigmoid",
    "same": "valid", "valid": "same",
}  # fmt: skip
REMOVABLE = (
    ast.Assign, ast.AugAssign, ast.Expr, ast.Return, ast.If, ast.For, ast.While, ast.With,
    ast.Raise, ast.Assert, ast.Delete,
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """The right answer with one change.

    old, new: the changed part, with as much around it as makes it stand only once in the code.
    code: the whole. diff: the lines that differ, each with its sign.
    """

    old: str
    new: str
    code: str
    diff: tuple[str, ...]


@dataclass(frozen=True)
class _Place:
    """A node that may change: how to put another there, and what it is part of, inner first."""

    node: ast.AST
    put: Callable[[ast.AST], None]
    around: tuple[ast.AST, ...]


def mutants(source: str) -> list[Mutant]:
    """Every mutant of `source`, each once, in the order of the code."""
    tree = ast.parse(source)
    original = ast.unparse(tree)
    parameters = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    found: dict[str, Mutant] = {}
    for place in list(_places(tree, ())):
        part = next(n for n in (place.node, *place.around) if _stands_alone(n, original))
        old = _brief(part)
        for new in _changes(place.node, parameters):
            place.put(new)
            code = _text(tree)
            changed = _brief(new if part is place.node else part)
            place.put(place.node)
            if code != original and code not in found and _is_python(code):
                words = (old, changed) if old != changed else _first_line(original, code)
                found[code] = Mutant(*words, code, _diff(original, code))
    return list(found.values())


def _places(tree: ast.AST, around: tuple[ast.AST, ...]) -> Iterator[_Place]:
    around = (tree, *around)
    for field, value in ast.iter_fields(tree):
        if field in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        children = value if isinstance(value, list) else [value]
        for i, child in enumerate(children):
            if not isinstance(child, ast.AST) or _is_text_for_people(tree, field, i, child):
                continue
            if isinstance(value, list):
                yield _Place(child, lambda new, value=value, i=i: value.__setitem__(i, new), around)
            else:
                yield _Place(child, lambda new, field=field: setattr(tree, field, new), around)
            yield from _places(child, around)


def _stands_alone(node: ast.AST, code: str) -> bool:
    """Whether a reader finds the node in the code: more than a number, and there only once."""
    number = isinstance(node, ast.Constant | ast.Slice) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)
    )
    whole = isinstance(node, ast.expr | ast.stmt) and not number and code.count(_text(node)) <= 1
    return whole or isinstance(node, ast.Module)


def _is_text_for_people(parent: ast.AST, field: str, place: int, child: ast.AST) -> bool:
    text = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
    docstring = text and field == "body" and place == 0 and isinstance(child.value.value, str)
    imported = isinstance(child, (ast.Import, ast.ImportFrom, ast.JoinedStr))
    return docstring or imported or (isinstance(parent, ast.Raise) and field == "exc")


def _changes(node: ast.AST, parameters: set[str]) -> Iterator[ast.AST]:
    """What may stand in the place of `node`."""
    change = CHANGES.get(type(node))
    if change:
        yield from change(node)
    if isinstance(node, ast.Assign):
        yield from _in_place(node, parameters)
    if isinstance(node, REMOVABLE):
        yield ast.Pass()


def _comparison(node: ast.Compare) -> Iterator[ast.AST]:
    for i, operator in enumerate(node.ops):
        for other in COMPARISONS[type(operator)]:
            yield _with(node, ops=_replaced(node.ops, i, other()))


def _arithmetic(node: ast.BinOp) -> Iterator[ast.AST]:
    if type(node.op) in ARITHMETIC:
        yield _with(node, op=ARITHMETIC[type(node.op)]())
    yield node.left
    yield node.right
    if isinstance(node.op, ONE_WAY):
        yield _with(node, left=node.right, right=node.left)


def _boolean(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    yield from node.values


def _sign(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        others = [not value]
    elif isinstance(value, int):
        others = [value + 1, value - 1]
    elif isinstance(value, float):
        others = [value * 2, value / 2] if value else [1.0]
    elif isinstance(value, str) and len(value) == 1:
        others = [chr(ord(value) + 1)]
    elif isinstance(value, str):
        others = [WORDS.get(value, value + "?")]
    else:
        others = []
    yield from (ast.Constant(other) for other in others)


def _call(node: ast.Call) -> Iterator[ast.AST]:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name in FUNCTIONS:
        field = "attr" if isinstance(node.func, ast.Attribute) else "id"
        yield _with(node, func=_with(node.func, **{field: FUNCTIONS[name]}))
    for i in range(len(node.keywords)):
        yield _with(node, keywords=_without(node.keywords, i))
    if name not in SYMMETRIC:
        yield from (_with(node, args=swapped) for swapped in _swaps(node.args))
    if len(node.args) > 1:
        yield from (_with(node, args=_without(node.args, i)) for i in range(len(node.args)))
    if name == "range":
        yield from _bounds(node)
    elif node.args and not isinstance(node.args[0], ast.Starred):
        yield node.args[0]
    elif isinstance(node.func, ast.Attribute):
        yield node.func.value


def _bounds(node: ast.Call) -> Iterator[ast.AST]:
    for i, bound in enumerate(node.args):
        for operator in (ast.Add(), ast.Sub()):
            moved = ast.BinOp(bound, operator, ast.Constant(1))
            yield _with(node, args=_replaced(node.args, i, moved))


def _slice(node: ast.Slice) -> Iterator[ast.AST]:
    for field in ("lower", "upper", "step"):
        if getattr(node, field) is not None:
            yield _with(node, **{field: None})


def _subscript(node: ast.Subscript) -> Iterator[ast.AST]:
    if isinstance(node.ctx, ast.Load):
        yield node.value


def _attribute(node: ast.Attribute) -> Iterator[ast.AST]:
    if node.attr == "T":
        yield node.value


def _either(node: ast.IfExp) -> Iterator[ast.AST]:
    yield node.body
    yield node.orelse
    yield _with(node, body=node.orelse, orelse=node.body)


def _condition(node: ast.If | ast.While) -> Iterator[ast.AST]:
    yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.If):
        yield _with(node, test=ast.Constant(True))


def _filter(node: ast.comprehension) -> Iterator[ast.AST]:
    yield from (_with(node, ifs=_without(node.ifs, i)) for i in range(len(node.ifs)))


def _augmented(node: ast.AugAssign) -> Iterator[ast.AST]:
    if type(node.op) in ARITHMETIC:
        yield _with(node, op=ARITHMETIC[type(node.op)]())
    yield ast.Assign([node.target], node.value)


def _tuple(node: ast.Tuple) -> Iterator[ast.AST]:
    if isinstance(node.ctx, ast.Load):
        yield from (_with(node, elts=swapped) for swapped in _swaps(node.elts))


def _in_place(node: ast.Assign, parameters: set[str]) -> Iterator[ast.AST]:
    """`x = x + y` as `x += y`, which changes the caller's array."""
    target, value = node.targets[0], node.value
    if (
        isinstance(target, ast.Name)
        and target.id in parameters
        and isinstance(value, ast.BinOp)
        and getattr(value.left, "id", None) == target.id
    ):
        yield ast.AugAssign(target, value.op, value.right)


CHANGES: dict[type, Callable[..., Iterator[ast.AST]]] = {
    ast.Compare: _comparison,
    ast.BinOp: _arithmetic,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _sign,
    ast.Constant: _constant,
    ast.Call: _call,
    ast.Slice: _slice,
    ast.Subscript: _subscript,
    ast.Attribute: _attribute,
    ast.IfExp: _either,
    ast.If: _condition,
    ast.While: _condition,
    ast.comprehension: _filter,
    ast.AugAssign: _augmented,
    ast.Tuple: _tuple,
    ast.Break: lambda node: iter([ast.Continue()]),
    ast.Continue: lambda node: iter([ast.Break()]),
}


def _with(node: ast.AST, **fields: object) -> ast.AST:
    """A copy of `node` with other fields; what is below it is shared."""
    twin = copy.copy(node)
    for name, value in fields.items():
        setattr(twin, name, value)
    return twin


def _swaps(items: list) -> Iterator[list]:
    for i in range(len(items) - 1):
        yield [*items[:i], items[i + 1], items[i], *items[i + 2 :]]


def _replaced(items: list, place: int, new: ast.AST) -> list:
    return [*items[:place], new, *items[place + 1 :]]


def _without(items: list, place: int) -> list:
    return [*items[:place], *items[place + 1 :]]


def _is_python(code: str) -> bool:
    try:
        compile(code, "<mutant>", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def _brief(node: ast.AST) -> str:
    """A node as one line; of a block, its head."""
    first, *rest = _text(node).splitlines() or [""]
    return f"{first} …" if rest else first


def _text(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(node)).strip()


def _first_line(original: str, code: str) -> tuple[str, str]:
    """The first line that differs, before with its number and after."""
    pairs = zip(original.splitlines(), code.splitlines(), strict=False)
    number, (a, b) = next((i, pair) for i, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    return f"line {number}: {a.strip()}", b.strip()


def _diff(original: str, code: str) -> tuple[str, ...]:
    lines = difflib.ndiff(original.splitlines(), code.splitlines())
    return tuple(line.rstrip() for line in lines if line.startswith(("- ", "+ ")))
