"""The probes cell: one expression a line, perhaps inside a judge, and helpers that they may use."""

from __future__ import annotations

import ast
import inspect

from course_utils.checking.judges import JUDGES, PREPARE
from course_utils.checking.question import Probe


class ProbeError(ValueError):
    """A probes cell that can't be used; the message names the line and how to mend it."""


def parse(source: str) -> tuple[str, tuple[Probe, ...]]:
    """Split a probes cell, without the cell magic of its first line, into helper code and probes.

    A top-level expression is a probe. Any other statement (a function, an assignment, an import)
    is helper code that runs beside the answer before the probes.
    `judge(expression, ...)` with the name of a judge evaluates `expression` beside the answer, and
    the other arguments only where answers are judged.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise ProbeError(f"line {(error.lineno or 0) + 1}: {error.msg}") from None
    helpers = [node for node in tree.body if not isinstance(node, ast.Expr)]
    probes = [_probe(node.value, source) for node in tree.body if isinstance(node, ast.Expr)]
    return "\n".join(_statement(node, source) for node in helpers), tuple(probes)


def _statement(node: ast.stmt, source: str) -> str:
    """The text of a statement with the decorators above it, which `ast` leaves out."""
    text = ast.get_source_segment(source, node) or ""
    decorators = getattr(node, "decorator_list", [])
    above = [f"@{ast.get_source_segment(source, decorator)}" for decorator in decorators]
    return "\n".join([*above, text])


def _probe(node: ast.expr, source: str) -> Probe:
    code = " ".join((ast.get_source_segment(source, node) or ast.unparse(node)).split())
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return Probe(code, code)
    name = node.func.id
    if name not in JUDGES:
        return Probe(code, code)
    if not node.args:
        raise ProbeError(f"`{code}`: {name} needs the expression to observe as its first argument")
    _refuse_arguments(name, node, code)
    observed, *rest = node.args
    arguments = {str(i): ast.unparse(arg) for i, arg in enumerate(rest)}
    arguments |= {kw.arg: ast.unparse(kw.value) for kw in node.keywords if kw.arg}
    return Probe(code, ast.unparse(observed), name, arguments)


def _refuse_arguments(name: str, node: ast.Call, code: str) -> None:
    """A judge is called with what it received and expected, and then with the probe's arguments."""
    first = [] if name in PREPARE else [None, None]
    signature = inspect.signature(PREPARE.get(name, JUDGES[name]))
    try:
        signature.bind(*first, *node.args[1:], **{str(kw.arg): None for kw in node.keywords})
    except TypeError as error:
        takes = ", ".join(list(signature.parameters)[len(first) :]) or "nothing else"
        raise ProbeError(f"`{code}`: {error}; after the expression, {name} takes {takes}") from None
