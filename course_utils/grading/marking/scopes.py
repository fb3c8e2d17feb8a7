"""What names stand for in source that is only read: which are a function's own, and what each was
made from, as far as the text says."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Made = ast.AST | str  # what a name was made from: a piece of code, or the path that an import names
RUN_TEXT = {"exec", "eval", "run_cell", "ex", "ev"}


@dataclass
class Scope:
    """Names of a function, a class or a comprehension; the notebook's own have outer None.

    made: what each name is made from. given_away: those that are declared global or nonlocal.
    stars: modules of which all is imported. stands_for: the dotted paths that each name stands for.
    """

    outer: Scope | None = None
    is_class: bool = False
    made: dict[str, list[Made]] = field(default_factory=lambda: defaultdict(list))
    given_away: set[str] = field(default_factory=set)
    stars: set[str] = field(default_factory=set)
    stands_for: dict[str, frozenset[str]] = field(default_factory=dict)

    def inner(self, **more: bool) -> Scope:
        """A new scope inside of this one; what a class binds, its methods don't see."""
        return Scope(self.outer if self.is_class else self, **more)

    def add(self, pairs: Iterable[tuple[str, Made]]) -> None:
        """Note what code binds."""
        for name, made in pairs:
            if name == "*":
                self.stars.add(str(made))
            else:
                self.made[name].append(made)

    def find(self, name: str) -> Scope | None:
        """The scope that binds a name; the notebook's if none does."""
        scope = self
        while scope.outer is not None:
            if name in scope.made and name not in scope.given_away:
                return scope
            scope = scope.outer
        return scope


def of_function(node: Function, outer: Scope) -> Scope:
    """The names that a function or lambda binds; a parameter is made from its default."""
    scope = outer.inner()
    arguments = node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    for one in (*plain, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
        if one is not None:
            scope.made[one.arg]  # bound, to nothing that is known
    pairs = [*zip(reversed(plain), reversed(arguments.defaults), strict=False)]
    pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    for one, default in pairs:
        if default is not None:
            scope.made[one.arg].append(default)
    body = node.body if isinstance(node.body, list) else [node.body]
    scope.add(bindings(body))
    for part in inside(body):
        if isinstance(part, ast.Global | ast.Nonlocal):
            scope.given_away |= {*part.names}
    return scope


def of_class(node: ast.ClassDef, outer: Scope) -> Scope:
    """The names that the body of a class binds."""
    scope = outer.inner(is_class=True)
    scope.add(bindings(node.body))
    return scope


def of_comprehension(node: Comprehension, outer: Scope) -> Scope:
    """The loop variables of a comprehension."""
    scope = outer.inner()
    for one in node.generators:
        for name in _names(one.target):
            scope.made[name].append(one.iter)
    return scope


def inside(body: list[ast.AST]) -> Iterator[ast.AST]:
    """All nodes of a body but those that have names of their own to bind: such are not entered."""
    waiting = list(reversed(body))
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Function | ast.ClassDef):
            waiting += getattr(node, "decorator_list", ())
        else:
            waiting += reversed([*ast.iter_child_nodes(node)])


def bindings(body: list[ast.AST]) -> Iterator[tuple[str, Made]]:
    """Each name that code binds where it stands, in whatever block, and what it is made from.

    A star import gives the name "*". What changes a thing, as `parts.append(x)`, makes it anew, and
    a function that assigns to a `global` name makes that.
    """
    for node in inside(body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node
            inner = (part for part in ast.walk(node) if isinstance(part, ast.Global))
            yield from ((name, node) for part in inner for name in part.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (first, first)
        elif isinstance(node, ast.ImportFrom):
            if node.module and not node.level:
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}" if alias.name != "*" else node.module
                    yield alias.asname or alias.name, whole
                    if alias.asname:  # of a module that the notebook itself has written
                        yield alias.asname, ast.Name(alias.name, ast.Load())
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                yield from ((name, node.value) for name in _names(target))
        elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
            if node.value is not None:
                yield from ((name, node.value) for name in _names(node.target))
        elif isinstance(node, ast.For | ast.AsyncFor):
            yield from ((name, node.iter) for name in _names(node.target))
        elif isinstance(node, ast.withitem):
            if node.optional_vars is not None:
                yield from ((name, node.context_expr) for name in _names(node.optional_vars))
        elif isinstance(node, ast.Match):
            captures = (getattr(p, "name", None) for c in node.cases for p in ast.walk(c.pattern))
            yield from ((name, node.subject) for name in captures if name)
        elif isinstance(node, ast.ExceptHandler):
            if node.name:
                yield node.name, ast.Constant(None)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield from _changed_by(node.value)


def _changed_by(call: ast.Call) -> Iterator[tuple[str, Made]]:
    """What a statement that is a call makes: of the thing whose method it is, of the first argument
    of `setattr`, by code in a text, or of the notebook's names."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    name = last_name(call.func)
    if name in RUN_TEXT:
        for tree in texts(call):
            yield from bindings(tree.body)
    if isinstance(call.func, ast.Attribute):
        root = _root(call.func.value)
        if root in ("globals", "vars"):
            yield from ((k.arg, k.value) for k in call.keywords if k.arg)
        elif root:
            yield from ((root, one) for one in given)
    elif name == "setattr" and call.args:
        yield from ((_root(call.args[0]), one) for one in given[1:])


def texts(call: ast.Call) -> Iterator[ast.Module]:
    """The code in the texts that a call is given, where that can be read."""
    for part in call.args:
        if isinstance(part, ast.Constant) and type(part.value) is str:
            try:
                yield ast.parse(part.value)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue


def last_name(node: ast.expr) -> str:
    """`f` and `a.b.f`: "f"."""
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _root(node: ast.expr) -> str:
    """The name at the left end of `a.b[0].c()`, "" if there is none."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _names(target: ast.AST) -> Iterator[str]:
    """The names that an assignment to `target` makes or changes, such as `f` of `f.part = 1`, and
    `x` of `globals()["x"] = 1`."""
    waiting = [target]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Tuple | ast.List):
            waiting += node.elts
        elif isinstance(node, ast.Starred):
            waiting.append(node.value)
        elif root := _root(node):
            key = getattr(node, "slice", None)
            of_notebook = root in ("globals", "vars", "locals", "get_ipython")
            yield key.value if of_notebook and isinstance(key, ast.Constant) else root
