"""Small changes of a learner's own code, each the undoing of a slip that people make.

A change has a kind, which says what to look at and not what to write there.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

WORDS = {
    "sign": "a plus or a minus",
    "operation": "how two things are joined, by `*`, `/`, `@`, `**` or another sign",
    "order": "which of two things comes first",
    "term too much": "one term less, of those that are added or taken off",
    "factor too much": "one factor, or one division, less",
    "power too much": "one power less",
    "function too much": "one call of a function less",
    "argument too much": "one argument with a name less",
    "index too much": "one index in brackets less",
    "pi missing": "one factor more, in the angle",
    "square missing": "one square more",
    "absolute value missing": "one absolute value more",
    "one minus": "whether it is a part, or 1 less that part",
    "one over": "whether it is a value, or 1 divided by it",
    "one more or less": "a 1 that is added or taken off, once more or once less",
    "factor 2": "a factor of 2, once more or once less",
    "function more or less": "a function around it, such as a root, an exponential or a "
    "logarithm, once more or once less",
    "factor more or less": "a factor, or a division, once more or once less",
    "term more or less": "a term that is added or taken off, once more or once less",
    "count more or less": "a division by how many there are, or a product with it, once more or "
    "once less",
    "parentheses": "what the parentheses hold together",
    "closing": "where the parentheses of the call close: what stands in them, and what after them",
    "comparison": "the comparison",
    "condition": "the condition: when it holds, and when it doesn't",
    "always": "which of two ways is taken there",
    "compared": "what is compared there, and with what",
    "entry": "another entry",
    "another value": "another value",
    "whole numbers": "the array that is made there has a kind of numbers, its `dtype`, that can't "
    "hold all that is written into it",
    "column": "an axis of length 1 is missing there, or one too many: arrays of shape (n, 1) and "
    "(n,) don't go together",
    "number": "another number in the place of one that is written there",
    "rounding": "which way it is rounded: up, down, or to the nearest",
    "truth": "the other one of `True` and `False`",
    "axis": "over which axis it goes",
    "kept axis": "whether the axis stays, with length 1, or goes",
    "name": "another name in the place of one that stands there",
    "copies": "a part of it that stands in your code more than once, each time in the same way",
    "names": "another name in the place of one that stands there more than once",
    "operations": "how things are joined, at more than one place",
    "numbers": "another number in the place of one that stands there more than once",
    "written in": "something with a name in the place of a number that is written there",
    "value": "what value is put in there",
    "arguments": "two of its arguments in each other's place",
    "steps": "which of two steps comes first",
    "function": "another function in the place of one that is called there",
    "transposed": "which way round a matrix lies",
    "bounds": "where it begins, or where it ends",
    "direction": "in which direction, or in which steps, it runs",
    "added up": "whether a value is added to what is there, or put in its place",
    "copy": "what is kept there is no copy, so what is written into it later shows there, too",
    "same item": "`[row] * n` is one row that stands there n times, and no n rows, so what is "
    "written into one of them is in all",
    "set": "a set has no order, so what is made of its items stands in whatever order",
    "same thing": "several names get one and the same thing there, so what is written into one of "
    "them is in all",
    "line too much": "without the whole line",
    "stop too much": "without this `if`, and the end that it brings about, such as `break`",
    "place": "one line earlier, or later",
    "indented": "how far the line is indented, that is, whether it belongs to the loop",
}
SIGNS = {ast.Add: ast.Sub, ast.Sub: ast.Add}
OPERATIONS = {
    ast.Mult: (ast.Div, ast.MatMult, ast.Add, ast.Pow),  # `//` of a small number is 0 by chance
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.MatMult: (ast.Mult,),
    ast.FloorDiv: (ast.Div, ast.Mod, ast.Mult),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.Add: (ast.Mult,),
    ast.Sub: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
ALIKE = (
    "sum mean median prod", "max min", "amax amin", "maximum minimum", "argmax argmin",
    "argmax max", "argmin min", "std var", "zeros ones", "zeros_like ones_like", "sin cos tan",
    "any all", "exp log", "sin sinh arcsin arcsinh", "cos cosh arccos arccosh",
    "tan tanh arctan arctanh", "log log2 log10 log1p", "exp exp2 expm1", "logaddexp logaddexp2",
    "sort argsort", "sqrt square", "floor ceil round trunc", "cumsum cumprod", "append extend",
    "normal uniform", "vstack hstack", "sinh cosh tanh", "logaddexp add", "maximum add",
    "mean max min", "sum max",
)  # fmt: skip
OF_UFUNC = {"reduce", "accumulate", "outer"}
REDUCING = {
    "sum", "mean", "max", "min", "argmax", "argmin", "std", "var", "any", "all", "prod", "median",
    "cumsum", "sort", "argsort", "norm",
}  # fmt: skip
CHOOSING = ("clip", "round", "maximum", "minimum", "where", "nan_to_num", "max", "min", "power")
# What else would do as well says little of what went wrong: another number, or a 0, may be all.
WEAK = {
    "one minus", "one more or less", "factor 2", "factor more or less", "term more or less",
    "count more or less", "term too much", "factor too much", "operation", "operations",
    "written in", "value", "copies",
}  # fmt: skip
# What makes a pair of changes right by chance too often.
RISKY = {
    "one minus", "one over", "one more or less", "absolute value missing", "square missing",
    "function more or less", "pi missing", "factor 2", "copies", "parentheses",
    "closing",
}  # fmt: skip
# What hardly mends anything by chance.
STRONG = {
    "sign", "order", "function too much", "argument too much", "index too much", "comparison",
    "condition", "number", "axis", "kept axis", "name", "function", "transposed", "bounds", "copy",
    "same item", "same thing", "set", "whole numbers", "column", "entry", "direction", "rounding",
    "truth",
    "stop too much",
}  # fmt: skip
# Kinds that can't be told from one another by what mends: they are told in the words of one.
FAMILIES = {
    **dict.fromkeys(("factor too much", "factor 2", "count more or less"), "factor more or less"),
    **dict.fromkeys(("term too much", "one more or less"), "term more or less"),
}
LARGE = 50
TINY = 1e-3  # of a number that only keeps others from 0
WRAPPERS = ("abs", "sqrt", "exp", "log")
AXES = (0, 1, -1)
MOST_NAMES = 12
MOST_ITEMS = 6


@dataclass(frozen=True)
class _Place:
    """Where a node stands: the field of its parent, or the item of a list in it."""

    parent: ast.AST
    field: str
    item: int | None
    node: ast.AST
    bounds: str
    compared: bool

    def kind(self, kind: str) -> str:
        """The kind of a change as it looks from where it is made."""
        if self.bounds:
            return self.bounds
        if self.field == "test" and kind in ("name", "number", "another value", "written in"):
            return "condition"
        return "compared" if self.compared and kind in WEAK else kind

    @property
    def seen(self) -> ast.AST:
        """The smallest part around it that a reader finds: more than a name or a number."""
        small = isinstance(self.node, (ast.Name, ast.Constant, ast.Slice))
        return self.parent if small and isinstance(self.parent, ast.expr) else self.node

    def put(self, new: ast.AST) -> None:
        ast.fix_missing_locations(ast.copy_location(new, self.node))
        if self.item is None:
            setattr(self.parent, self.field, new)
        else:
            getattr(self.parent, self.field)[self.item] = new

    def back(self) -> None:
        if self.item is None:
            setattr(self.parent, self.field, self.node)
        else:
            getattr(self.parent, self.field)[self.item] = self.node


ROUND, POWER, FINITE = "__round__", "__power__", "__finite__"
SOLVERS = frozenset(name for name in dir(np.linalg) if name.islower() and name[0] != "_")


def watch(tree: ast.Module) -> None:
    """Let each round of a loop, and each call, ask `ROUND`: no part of what may be changed.

    `while test` becomes `while ROUND() and test`, and `for x in items` `for x in ROUND(items)`. A
    function that calls itself twice may take as long as a loop that never ends.
    """
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.While):
            asked = ast.Call(ast.Name(ROUND, ast.Load()), [], [])
            node.test = _hidden(ast.BoolOp(ast.And(), [_hidden(asked), node.test]))
        if isinstance(node, ast.For):
            node.iter = _hidden(ast.Call(ast.Name(ROUND, ast.Load()), [node.iter], []))
        if isinstance(node, ast.FunctionDef):
            asked = _hidden(ast.Call(ast.Name(ROUND, ast.Load()), [], []))
            node.body.insert(0, _hidden(ast.Expr(asked)))


@contextlib.contextmanager
def asking_first(tree: ast.Module) -> Iterator[None]:
    """Let what nothing can stop ask before it is worked out, while the block compiles the tree.

    `a ** b` is `POWER(a, b)`: a power of whole numbers may have more digits than there is time
    for. `lstsq(a, b)` is `FINITE(lstsq, a, b)`: some of NumPy's solvers go on without end where
    a matrix holds NaN.
    """
    asking = [p for p in _places(tree) if _is_power(p.node) or _called(p.node) in SOLVERS]
    for place in reversed(asking):  # the inner ones first, so that an outer one takes them along
        place.put(_asking(place.node))
    try:
        yield
    finally:
        for place in asking:
            place.back()


def _asking(node: ast.AST) -> ast.AST:
    if isinstance(node, ast.Call):
        return ast.Call(ast.Name(FINITE, ast.Load()), [node.func, *node.args], node.keywords)
    base = ast.Name(node.target.id, ast.Load()) if _is_step(node) else node.left
    value = node.value if _is_step(node) else node.right
    call = ast.Call(ast.Name(POWER, ast.Load()), [base, value], [])
    return ast.Assign([node.target], call) if _is_step(node) else call


def _is_power(node: ast.AST) -> bool:
    """Whether a node is `a ** b`, or `a **= b` of a name."""
    return isinstance(getattr(node, "op", None), ast.Pow) and (
        isinstance(node, ast.BinOp) or _is_step(node)
    )


def _is_step(node: ast.AST) -> bool:
    """Whether a node is `a += b`, with whatever sign, of a name."""
    return isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)


def _hidden(node: ast.AST) -> ast.AST:
    """A node that stands in no line."""
    for new in (node, getattr(node, "func", node)):
        new.lineno = new.end_lineno = new.col_offset = new.end_col_offset = 0
    return node


def changes(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Change `tree` in one place, yield (kind, node), and change it back; likely ones come first.

    node: what was changed, or what it is a part of where it is a mere name or number. The tree is
    the changed one until the next is asked for.
    """
    places = [p for p in _places(tree) if getattr(p.node, "lineno", 0)]
    names, items = _names(tree), _items(tree)
    steps = (
        _stops, _always, _comparisons, _tokens, _entries, _columns, _wholes, _steps, _lines,
        _others, _twins, _copies, _wraps, _times, _items_for, _plus,
    )  # fmt: skip
    for step in steps:
        if step in (_stops, _lines, _twins, _copies):
            yield from step(tree)
            continue
        for place in places:
            at_hand = items if step in (_items_for, _entries) else names
            for kind, new in step(place.node, place.parent, at_hand):
                place.put(new)
                try:
                    yield place.kind(kind), place.seen
                finally:
                    place.back()


def _places(node: ast.AST, bounds: str = "", compared: bool = False) -> Iterator[_Place]:
    if isinstance(node, ast.Slice) or _called(node) == "range":
        bounds = "bounds"
    compared = compared or isinstance(node, ast.Compare)
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "args", "ctx", "op", "ops") and (
            not isinstance(node, ast.Call)
        ):
            continue
        items = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for item, child in items:
            if isinstance(child, ast.AST):
                here = "direction" if isinstance(node, ast.Slice) and field == "step" else bounds
                yield _Place(node, field, item, child, here, compared)
                yield from _places(child, here, compared)


def _names(tree: ast.AST) -> list[str]:
    """The parameters and variables of the code, in order."""
    found = {node.arg: None for node in ast.walk(tree) if isinstance(node, ast.arg)}
    stored = (n for n in ast.walk(tree) if isinstance(n, ast.Name))
    found |= {n.id: None for n in stored if isinstance(n.ctx, ast.Store)}
    for name in _tiny(tree):  # to add it mends by chance what goes wrong at 0
        found.pop(name, None)
    return [name for name in found if name not in ("_", "self")][:MOST_NAMES]


def _tiny(tree: ast.AST) -> list[str]:
    """The names of numbers that are nearly 0, such as `eps = 1e-7`."""
    given = [n for n in ast.walk(tree) if isinstance(n, ast.Assign)]
    numbers = [n for n in given if isinstance(getattr(n.value, "value", None), float)]
    tiny = [n for n in numbers if 0 < abs(n.value.value) < TINY]
    return [target.id for n in tiny for target in n.targets if isinstance(target, ast.Name)]


def _items(tree: ast.AST) -> list[ast.Subscript]:
    """What the code takes out of something by its name, such as `a[k]`, each once."""
    nodes = (n for n in ast.walk(tree) if isinstance(n, ast.Subscript))
    read = (n for n in nodes if isinstance(n.ctx, ast.Load) and isinstance(n.value, ast.Name))
    return list({ast.unparse(node): node for node in read}.values())[:MOST_ITEMS]


Change = tuple[str, ast.AST]


def _with(node: ast.AST, **fields: object) -> ast.AST:
    twin = copy.copy(node)
    for name, value in fields.items():
        setattr(twin, name, value)
    return twin


def _called(node: ast.AST) -> str:
    function = getattr(node, "func", None)
    return getattr(function, "attr", getattr(function, "id", ""))


# One sign, number, axis or function instead of another.

BORDERS = (10, 0.1, 100, 0.01)  # times a number that something is compared with


def _always(node: ast.AST, parent: ast.AST, names: list[str]) -> Iterator[Change]:
    """No decision at all: then another comparison would say nothing of the one that is there."""
    decides = isinstance(parent, (ast.If, ast.IfExp)) and node is parent.test
    chooses = _called(parent) == "where" and len(parent.args) == 3 and node is parent.args[0]
    if isinstance(node, ast.Compare) and (decides or chooses):
        yield from (("always", ast.Constant(value)) for value in (True, False))


def _comparisons(node: ast.AST, parent: ast.AST, names: list[str]) -> Iterator[Change]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARISONS:
        for other in COMPARISONS:
            if other is not type(node.ops[0]):
                yield "comparison", _with(node, ops=[other()])


def _tokens(node: ast.AST, parent: ast.AST, names: list[str]) -> Iterator[Change]:
    if isinstance(node, (ast.BinOp, ast.AugAssign)):
        if type(node.op) in SIGNS:
            yield "sign", _with(node, op=SIGNS[type(node.op)]())
        for other in OPERATIONS.get(type(node.op), ()):
            if other is ast.Pow and isinstance(node, ast.AugAssign) and not _is_step(node):
                continue  # nobody could be asked
            yield "operation", _with(node, op=other())
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        kind = "sign" if isinstance(node.op, ast.USub) else "condition"
        yield kind, node.operand
    if isinstance(node, ast.BoolOp):
        yield "condition", _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    if isinstance(node, ast.Constant):
        if isinstance(parent, ast.Slice) and node is parent.step and type(node.value) is int:
            yield "direction", ast.UnaryOp(ast.USub(), node)
        named = {"axis": "axis", "keepdims": "kept axis"}
        plain = "truth" if isinstance(node.value, bool) else "number"
        kind = named.get(getattr(parent, "arg", ""), plain)
        yield from ((kind, ast.Constant(other)) for other in _numbers(node.value, kind))
        put_in = isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Subscript)
        if put_in and type(node.value) in (int, float):  # what stands for "never this one"
            yield from (("number", ast.Constant(end)) for end in (-math.inf, math.inf))
        if isinstance(parent, ast.Compare) and type(node.value) in (int, float):
            yield from (("number", ast.Constant(node.value * by)) for by in BORDERS)
            yield from (("number", ast.Constant(border)) for border in (0.0, 0.5))
    if isinstance(node, ast.BinOp) and isinstance(parent, ast.Compare):
        yield from _borders_within(node)
    if isinstance(node, ast.Call):
        yield from _in_call(node)
    yield from _rounded_otherwise(node)
    yield from _of_their_own(node)
    if _called(node) in ("set", "frozenset") and len(node.args) == 1:
        yield "set", _met_first(node.args[0])
    if isinstance(node, ast.SetComp):
        yield "set", _met_first(ast.ListComp(node.elt, node.generators))


def _rounded_otherwise(node: ast.AST) -> Iterator[Change]:
    """Up in the place of down or to the nearest, and down in the place of to the nearest."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv):
        yield "rounding", _rounded_up(node.left, node.right)
    plain = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1
    if plain and node.func.id in ("int", "round"):
        whole, one = ast.Name("int", ast.Load()), ast.Constant(1)
        yield "rounding", ast.Call(whole, [_rounded_up(node.args[0], one)], [])
        if node.func.id == "round":
            yield "rounding", ast.Call(whole, [ast.BinOp(node.args[0], ast.FloorDiv(), one)], [])


def _rounded_up(a: ast.expr, b: ast.expr) -> ast.UnaryOp:
    down = ast.BinOp(ast.UnaryOp(ast.USub(), a), ast.FloorDiv(), b)
    return ast.UnaryOp(ast.USub(), down)


def _met_first(items: ast.expr) -> ast.Call:
    """Each item once, in the order in which they are met first."""
    fromkeys = ast.Attribute(ast.Name("dict", ast.Load()), "fromkeys", ast.Load())
    return ast.Call(fromkeys, [items], [])


def _of_their_own(node: ast.AST) -> Iterator[Change]:
    """A list, or a name, for each that shares one with others: `[[0] * 2] * n`, `a = b = []`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        for items, count in ((node.left, node.right), (node.right, node.left)):
            one = isinstance(items, ast.List) and len(items.elts) == 1
            if one and not isinstance(items.elts[0], ast.Constant):
                item = items.elts[0]
                if isinstance(item, (ast.Name, ast.Attribute, ast.Subscript)):
                    item = ast.Call(ast.Attribute(item, "copy", ast.Load()), [], [])
                rounds = ast.Call(ast.Name("range", ast.Load()), [count], [])
                each = ast.comprehension(ast.Name("_", ast.Store()), rounds, [], 0)
                yield "same item", ast.ListComp(item, [each])
    if isinstance(node, ast.Call) and _called(node) == "fromkeys" and len(node.args) == 2:
        each = ast.comprehension(ast.Name("_key", ast.Store()), node.args[0], [], 0)
        yield "same thing", ast.DictComp(ast.Name("_key", ast.Load()), node.args[1], [each])
    made = _called(node) in ("zeros_like", "ones_like", "empty_like", "full_like")
    if made and not any(keyword.arg == "dtype" for keyword in node.keywords):
        kept = [*node.keywords, ast.keyword("dtype", ast.Name("float", ast.Load()))]
        yield "whole numbers", _with(node, keywords=kept)
    if isinstance(node, ast.keyword) and node.arg == "dtype" and _is_int(node.value):
        yield "whole numbers", _with(node, value=ast.Name("float", ast.Load()))
    plain = _called(node) in ("zeros", "ones", "empty") and len(node.args) == 2
    if plain and _is_int(node.args[1]):
        yield "whole numbers", _with(node, args=node.args[:1])
    if isinstance(node, ast.Assign) and len(node.targets) > 1:
        names = ast.Tuple(node.targets, ast.Store())
        values = ast.Tuple([copy.deepcopy(node.value) for _ in node.targets], ast.Load())
        yield "same thing", ast.Assign([names], values)


def _borders_within(node: ast.BinOp) -> Iterator[Change]:
    """Another factor, or term, of what something is compared with: `x > 1.02 * y`."""
    for side in ("left", "right"):
        number = getattr(getattr(node, side), "value", None)
        if type(number) in (int, float):
            for by in (2, 3, *BORDERS):
                yield "number", _with(node, **{side: ast.Constant(number * by)})


def _numbers(value: object, kind: str) -> list:
    if kind == "axis":
        return [axis for axis in (*AXES, None) if axis != value or value is None]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        large = [value * 10**7] if abs(value) >= LARGE else []  # meant to be as good as infinite
        return [value + 1, value - 1, *large]
    if isinstance(value, float):
        return [value * 2, value / 2, 1 - value, 0.0] if value else [1.0, 0.5]
    return []


def _in_call(node: ast.Call) -> Iterator[Change]:
    name = _called(node)
    for alike in (words.split() for words in ALIKE):
        field = "attr" if isinstance(node.func, ast.Attribute) else "id"
        for other in alike if name in alike else ():
            if other != name:
                yield "function", _with(node, func=_with(node.func, **{field: other}))
    if name in OF_UFUNC and isinstance(of := node.func.value, ast.Attribute):
        for alike in (words.split() for words in ALIKE if of.attr in words.split()):
            for other in (word for word in alike if word != of.attr):
                func = _with(node.func, value=_with(of, attr=other))
                yield "function", _with(node, func=func)
    if name not in REDUCING:
        return
    keywords = {keyword.arg: keyword for keyword in node.keywords}
    if "axis" not in keywords:
        yield from (("axis", _and(node, axis=axis)) for axis in AXES)
        yield from (("axis", _and(node, axis=axis, keepdims=True)) for axis in AXES)
    else:
        yield "axis", _with(node, keywords=[k for k in node.keywords if k.arg != "axis"])
        if "keepdims" not in keywords:
            yield "kept axis", _and(node, keepdims=True)
        else:
            yield "kept axis", _with(node, keywords=[keywords["axis"]])


def _and(node: ast.Call, **more: object) -> ast.Call:
    added = [ast.keyword(key, ast.Constant(value)) for key, value in more.items()]
    return _with(node, keywords=[*node.keywords, *added])


# The parts of an expression in another order, put together in another way, or one fewer.


def _wholes(node: ast.AST, parent: ast.AST, names: list[str]) -> Iterator[Change]:
    if isinstance(node, ast.BinOp):
        if not isinstance(node.op, (ast.Add, ast.Mult)):
            yield "order", _with(node, left=node.right, right=node.left)
        yield from _regrouped(node)
        yield from _drawn_in(node)
        if isinstance(node.op, ast.MatMult):
            left, right = _turned(node.left), _turned(node.right)
            yield from (
                ("transposed", _with(node, left=a, right=b))
                for a, b in ((left, node.right), (node.left, right), (right, left))
            )
        yield _too_much(node), node.left
        yield _too_much(node), node.right
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield "transposed", node.value
    if isinstance(node, ast.Call):
        yield from _let_out(node)
        for i in range(len(node.args) - 1):
            args = list(node.args)
            args[i], args[i + 1] = args[i + 1], args[i]
            yield "order", _with(node, args=args)
        for keyword in node.keywords:
            others = [other for other in node.keywords if other is not keyword]
            yield "argument too much", _with(node, keywords=others)
        if _called(node) == "range":
            yield from _ranges(node)
        elif len(node.args) == 1 and not isinstance(node.args[0], ast.Starred):
            yield "function too much", node.args[0]
        elif _called(node) in CHOOSING:
            yield from (("function too much", argument) for argument in node.args)
        elif not node.args and isinstance(node.func, ast.Attribute):
            yield "function too much", node.func.value
    if isinstance(node, ast.Slice):
        yield from _slices(node)
    part = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)
    if part and not _is_of_numpy(node.value):
        yield "index too much", node.value
    if isinstance(node, (ast.Tuple, ast.List)) and isinstance(node.ctx, ast.Load):
        yield from (("order", _with(node, elts=elts)) for elts in _other_orders(node.elts))
    if isinstance(node, (ast.If, ast.While, ast.IfExp)):
        yield "condition", _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.AugAssign):
        yield "added up", ast.Assign([node.target], node.value)
    one = isinstance(node, ast.Assign) and not isinstance(node.targets[0], (ast.Tuple, ast.List))
    if one:
        for op in (ast.Add(), ast.Sub()):
            yield "added up", ast.AugAssign(node.targets[0], op, node.value)


def _too_much(node: ast.BinOp) -> str:
    if isinstance(node.op, (ast.Add, ast.Sub)):
        return "term too much"
    return "power too much" if isinstance(node.op, ast.Pow) else "factor too much"


def _other_orders(items: list) -> Iterator[list]:
    """All other orders of a few items; of more, those in which two have changed places."""
    if len(items) <= 3:
        yield from (list(order) for order in list(itertools.permutations(items))[1:])
        return
    for i, j in itertools.combinations(range(min(len(items), 6)), 2):
        swapped = list(items)
        swapped[i], swapped[j] = swapped[j], swapped[i]
        yield swapped


def _turned(node: ast.AST) -> ast.AST:
    turned = isinstance(node, ast.Attribute) and node.attr == "T"
    return node.value if turned else ast.Attribute(node, "T", ast.Load())


def _regrouped(node: ast.BinOp) -> Iterator[Change]:
    """`a + b / c` for `(a + b) / c`, and the other way."""
    if isinstance(node.left, ast.BinOp):
        a, b, c = node.left.left, node.left.right, node.right
        yield "parentheses", ast.BinOp(a, node.left.op, ast.BinOp(b, node.op, c))
    if isinstance(node.right, ast.BinOp):
        a, b, c = node.left, node.right.left, node.right.right
        yield "parentheses", ast.BinOp(ast.BinOp(a, node.op, b), node.right.op, c)


def _let_out(node: ast.Call) -> Iterator[Change]:
    """`f(x) + b` for `f(x + b)`."""
    last = node.args[-1] if node.args else None
    if isinstance(last, ast.BinOp):
        inner = _with(node, args=[*node.args[:-1], last.left])
        yield "closing", ast.BinOp(inner, last.op, last.right)


def _drawn_in(node: ast.BinOp) -> Iterator[Change]:
    """`f(x + b)` for `f(x) + b`."""
    call = node.left
    if isinstance(call, ast.Call) and call.args and not isinstance(call.args[-1], ast.Starred):
        last = ast.BinOp(call.args[-1], node.op, node.right)
        yield "closing", _with(call, args=[*call.args[:-1], last])


def _ranges(node: ast.Call) -> Iterator[Change]:
    for i, bound in enumerate(node.args):
        for op in (ast.Add(), ast.Sub()):
            args = list(node.args)
            args[i] = ast.BinOp(bound, op, ast.Constant(1))
            yield "bounds", _with(node, args=args)
    if len(node.args) == 1:
        yield "bounds", _with(node, args=[ast.Constant(1), node.args[0]])
    if len(node.args) == 2:
        yield "bounds", _with(node, args=node.args[1:])


def _slices(node: ast.Slice) -> Iterator[Change]:
    for field in ("lower", "upper"):
        bound = getattr(node, field)
        if bound is None:
            end = {"lower": 1, "upper": -1}[field]
            yield "bounds", _with(node, **{field: ast.Constant(end)})
            continue
        yield "bounds", _with(node, **{field: None})
        for op in (ast.Add(), ast.Sub()):
            yield "bounds", _with(node, **{field: ast.BinOp(bound, op, ast.Constant(1))})
    if node.lower is not None and node.upper is not None:  # a length where the end belongs
        yield "bounds", _with(node, upper=ast.BinOp(node.lower, ast.Add(), node.upper))


# Two steps, one inside the other, that have changed places; two parameters that have.


def _steps(node: ast.AST, parent: ast.AST, names: list[str]) -> Iterator[Change]:
    outer = _step(node)
    inner = _step(outer) if outer is not None else None
    if inner is not None:
        yield "steps", _on(outer, _on(node, inner))
    if isinstance(node, ast.FunctionDef):
        given = node.args.args
        for i, j in itertools.combinations(range(min(len(given), 5)), 2):
            swapped = list(given)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            yield "arguments", _with(node, args=_with(node.args, args=swapped))


def _step(node: ast.AST) -> ast.expr | None:
    """What a step is done to: `x` in `np.exp(x)`, `x.sum(axis=0)` and `x ** 2`; None for others."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return node.left
    if isinstance(node, ast.Call) and len(node.args) == 1:
        return node.args[0]
    if isinstance(node, ast.Call) and not node.args and isinstance(node.func, ast.Attribute):
        return node.func.value
    return None


def _on(step: ast.AST, node: ast.expr) -> ast.AST:
    """The same step, done to something else."""
    if isinstance(step, ast.BinOp):
        return _with(step, left=node)
    if step.args:
        return _with(step, args=[node])
    return _with(step, func=_with(step.func, value=node))


# Lines that are too many, or stand in another place.

ENDS = (ast.Return, ast.Raise, ast.Break, ast.Continue)


def _lines(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for body in _blocks(tree):
        yield from _in_block(body)


def _stops(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """No early end at all: else a condition would be blamed that needs not be there."""
    for body in _blocks(tree):
        old = list(body)
        for i, line in enumerate(old):
            ends = isinstance(line, ast.If) and not line.orelse and len(line.body) == 1
            if ends and isinstance(line.body[0], ENDS) and len(old) > 1:
                yield from _try(body, [*old[:i], *old[i + 1 :]], "stop too much", line)


def _blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in list(ast.walk(tree)):
        for body in (getattr(node, "body", None), getattr(node, "orelse", None)):
            if isinstance(body, list) and not isinstance(node, (ast.Module, ast.ClassDef)):
                yield body


def _in_block(body: list) -> Iterator[tuple[str, ast.AST]]:
    old = list(body)
    for i, line in enumerate(old):
        if not line.lineno:
            continue
        after = old[i + 1 :]
        if after and not isinstance(after[0], ENDS):  # behind one of these it would never run
            yield from _try(body, [*old[:i], after[0], line, *after[1:]], "place", line)
        if len(old) > 1:
            yield from _try(body, [*old[:i], *after], "line too much", line)
        if not isinstance(line, (ast.For, ast.While)):
            continue
        inner = list(line.body)
        if len(inner) > 1:  # the last line of the loop behind it, the first before it
            for rest, new, moved in (
                (inner[:-1], [*old[:i], line, inner[-1], *after], inner[-1]),
                (inner[1:], [*old[:i], inner[0], line, *after], inner[0]),
            ):
                line.body[:] = rest
                try:
                    yield from _try(body, new, "indented", moved)
                finally:
                    line.body[:] = inner
        for rest, new, moved in (
            ([*inner, after[0]] if after else None, [*old[: i + 1], *after[1:]], after[:1]),
            (
                [old[i - 1], *inner] if i and old[i - 1].lineno else None,
                [*old[: i - 1], line, *after],
                old[i - 1 : i],
            ),
        ):
            if rest is None:
                continue
            line.body[:] = rest
            try:
                yield from _try(body, new, "indented", moved[0])
            finally:
                line.body[:] = inner


def _try(body: list, new: list, kind: str, line: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    old = list(body)
    body[:] = new
    try:
        yield kind, line
    finally:
        body[:] = old


# Another name that is at hand.


def _others(node: ast.AST, parent: ast.AST, names: list[str]) -> Iterator[Change]:
    small = isinstance(node, (ast.Constant, ast.Name, ast.Subscript))
    if small and isinstance(parent, ast.Assign) and node is parent.value:
        yield from (("value", ast.Constant(number)) for number in (0.0, 1.0))
    if isinstance(node, ast.Name) and _keeps(node, parent):
        yield "copy", ast.Call(ast.Attribute(node, "copy", ast.Load()), [], [])
    number = isinstance(node, ast.Constant) and type(node.value) in (int, float)
    named = isinstance(node, ast.Name) and node.id in names
    part = isinstance(node, ast.Subscript)
    if (number or named or part) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        kind = "compared" if isinstance(parent, ast.Compare) else "name"
        kind = "another value" if part else "written in" if number else kind
        mine = node.id if named else ""
        yield from ((kind, ast.Name(other, ast.Load())) for other in names if other != mine)


def _keeps(node: ast.Name, parent: ast.AST) -> bool:
    """Whether what a name stands for is kept there, under another name or in a list."""
    if isinstance(parent, (ast.Assign, ast.Yield)):
        return node is parent.value
    return _called(parent) in ("append", "insert") and node in parent.args


# One and the same change at every place of a line where it can be made.

SIMPLE = (ast.Assign, ast.AugAssign, ast.Return, ast.Expr)


def _twins(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    names = _names(tree)
    for line in [node for node in ast.walk(tree) if isinstance(node, SIMPLE)]:
        groups: dict[tuple, list[tuple[_Place, ast.AST]]] = {}
        for place in _places(line):
            for key, new in _alike(place.node, names):
                groups.setdefault(key, []).append((place, new))
        for key, group in groups.items():
            if len(group) < 2:
                continue
            for place, new in group:
                place.put(new)
            try:
                yield key[0], line
            finally:
                for place, _ in reversed(group):
                    place.back()


def _copies(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """The same change of the same expression, wherever it stands."""
    names = _names(tree)
    groups: dict[str, list[_Place]] = {}
    for place in _places(tree):
        if isinstance(place.node, (ast.BinOp, ast.Call)) and getattr(place.node, "lineno", 0):
            groups.setdefault(ast.unparse(place.node), []).append(place)
    for step in (_tokens, _wholes, _wraps, _times, _plus):
        for group in groups.values():
            if len(group) < 2:
                continue
            for news in zip(*(step(p.node, p.parent, names) for p in group), strict=False):
                for place, (_, new) in zip(group, news, strict=True):
                    place.put(new)
                try:
                    yield "copies", group[0].node
                finally:
                    for place in group:
                        place.back()


def _alike(node: ast.AST, names: list[str]) -> Iterator[tuple[tuple, ast.AST]]:
    """Changes of a node with a key, which is the same for the same change elsewhere."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        for other in names:
            if other != node.id:
                yield ("names", node.id, other), ast.Name(other, ast.Load())
    if isinstance(node, ast.Constant) and type(node.value) is int:
        for other in (node.value + 1, node.value - 1):
            yield ("numbers", node.value, other), ast.Constant(other)
    if isinstance(node, ast.BinOp):
        swaps = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
        if other := swaps.get(type(node.op)):
            plain = isinstance(node.left, ast.Name)  # so that no change is inside of another
            if plain:
                yield ("operations", type(node.op)), _with(node, op=other())
        if isinstance(node.right, ast.Constant) and isinstance(node.left, ast.Name):
            yield ("numbers", type(node.op), node.right.value), node.left


def _entries(node: ast.AST, parent: ast.AST, items: list) -> Iterator[Change]:
    """Another entry of the same dictionary that the code takes somewhere: `chart["use"]`."""
    if isinstance(node, ast.Subscript) and _is_entry(node):
        mine, base = ast.unparse(node), ast.unparse(node.value)
        others = [i for i in items if _is_entry(i) and ast.unparse(i.value) == base]
        yield from (("entry", copy.deepcopy(i)) for i in others if ast.unparse(i) != mine)


def _is_entry(node: ast.Subscript) -> bool:
    read = isinstance(node.ctx, ast.Load)
    return read and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)


def _items_for(node: ast.AST, parent: ast.AST, items: list) -> Iterator[Change]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield from (("name", copy.deepcopy(item)) for item in items if item is not parent)


# Something more: a function, a factor, a term, an axis. Most of it may as well take away again what
# is there once too often, as a division does with a factor.


def _wraps(node: ast.AST, parent: ast.AST, names: list[str]) -> Iterator[Change]:
    if _called(parent) in ("sin", "cos", "tan") and node is not parent.func:
        yield "pi missing", ast.BinOp(node, ast.Mult(), ast.Constant(math.pi))
    if _can_grow(node, parent):
        yield "sign", ast.UnaryOp(ast.USub(), node)
        yield "square missing", ast.BinOp(node, ast.Pow(), ast.Constant(2))
        yield "one minus", ast.BinOp(ast.Constant(1), ast.Sub(), node)
        if not _decides(node, parent):  # 1 over 0 is more than 0, so a 0 would be true
            yield "one over", ast.BinOp(ast.Constant(1), ast.Div(), node)
        yield "one more or less", ast.BinOp(node, ast.Add(), ast.Constant(1))
        yield "one more or less", ast.BinOp(node, ast.Sub(), ast.Constant(1))
        yield "factor 2", ast.BinOp(ast.Constant(2), ast.Mult(), node)
        yield "factor 2", ast.BinOp(node, ast.Div(), ast.Constant(2))
        for name in WRAPPERS:
            function = ast.Attribute(ast.Name("np", ast.Load()), name, ast.Load())
            kind = "absolute value missing" if name == "abs" else "function more or less"
            yield kind, ast.Call(function, [node], [])


def _times(node: ast.AST, parent: ast.AST, names: list[str]) -> Iterator[Change]:
    for name in names if _can_grow(node, parent) else ():
        for op in (ast.Mult(), ast.Div()):
            yield "factor more or less", ast.BinOp(node, op, ast.Name(name, ast.Load()))


def _plus(node: ast.AST, parent: ast.AST, names: list[str]) -> Iterator[Change]:
    for name in names if _can_grow(node, parent) else ():
        other = ast.Name(name, ast.Load())
        length = ast.Call(ast.Name("len", ast.Load()), [other], [])
        yield "term more or less", ast.BinOp(other, ast.Sub(), node)
        for op in (ast.Add(), ast.Sub()):
            yield "term more or less", ast.BinOp(node, op, other)
        for op in (ast.Div(), ast.Mult()):
            yield "count more or less", ast.BinOp(node, op, length)


def _columns(node: ast.AST, parent: ast.AST, names: list[str]) -> Iterator[Change]:
    """An axis of length 1 more, or one fewer, of what an arithmetic sign stands beside."""
    if not isinstance(parent, ast.BinOp) or not isinstance(node, (ast.Name, ast.BinOp, ast.Call)):
        return
    flat = ast.Attribute(node, "reshape", ast.Load())
    yield "column", ast.Call(flat, [ast.UnaryOp(ast.USub(), ast.Constant(1))], [])
    axes = ast.Tuple([ast.Slice(), ast.Constant(None)], ast.Load())
    yield "column", ast.Subscript(node, axes, ast.Load())


def _decides(node: ast.AST, parent: ast.AST) -> bool:
    """Whether a value itself is a condition, of a branch, a loop or a comprehension."""
    return node is getattr(parent, "test", None) or node in getattr(parent, "ifs", ())


def _can_grow(node: ast.AST, parent: ast.AST) -> bool:
    """Whether something can be put around or beside a node that is read."""
    kinds = (ast.Name, ast.BinOp, ast.Call, ast.Subscript, ast.Attribute)
    read = isinstance(node, kinds) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
    if isinstance(parent, ast.Subscript) and _is_of_numpy(node):
        return False
    if isinstance(node, ast.Attribute) and node.attr == "shape":
        return False  # twice a shape is an array of many gigabytes
    if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "re":
        return False  # a flag is a number, too, and another number is another flag
    if _called(node) in ("len", "zeros", "zeros_like", "empty", "empty_like"):
        return False  # a number of rows is no place for a factor, and 0 times 2 is a float at most
    if _is_list(node):
        return False  # a function of NumPy would make an array of it, and that may be all it does
    return read and not (isinstance(parent, (ast.Call, ast.Attribute)) and _is_called(node, parent))


def _is_int(node: ast.AST) -> bool:
    """Whether it names a kind of whole numbers, such as `int` or `np.int64`."""
    return getattr(node, "attr", getattr(node, "id", "")).startswith("int")


def _is_list(node: ast.AST) -> bool:
    """Whether it is a list that is made of others, such as `[0] * n` or `list(a)`."""
    if isinstance(node, ast.BinOp):
        return any(isinstance(side, (ast.List, ast.ListComp)) for side in (node.left, node.right))
    return _called(node) in ("list", "tuple", "sorted", "range", "zip", "enumerate", "reversed")


def _is_of_numpy(node: ast.AST) -> bool:
    """Whether it is `np.r_`, or the like."""
    return isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "np"


def _is_called(node: ast.AST, parent: ast.AST) -> bool:
    module = isinstance(node, ast.Name) and node.id in ("np", "math")
    return module or getattr(parent, "func", None) is node
