"""The probes cell: one expression a line, perhaps inside a judge, and helpers that they may use."""

from __future__ import annotations

import ast
import inspect
import io
import re
import tokenize
from dataclasses import replace

from course_utils.checking.data.question import HANDED, Probe
from course_utils.checking.judging.judges import JUDGES, PREPARE

# Comments that are read: on a line of their own, for what follows, or after an expression.
MARKS = ("says", "wrong", "group", "forbidden", "equivalent")
OUTSIDE = "outside"  # the decorator of what is never run beside an answer
MARK = re.compile(r"#\s*(?P<word>[A-Za-z][\w-]*)\s*:\s*(?P<text>.*)")
GROUP = re.compile(r"(?P<name>\S.*?)\s*,?\s*(?P<percent>\d+(?:\.\d+)?)\s*%")


class ProbeError(ValueError):
    """A probes cell that can't be used; the message names the line and how to mend it."""


def parse(source: str) -> tuple[str, tuple[Probe, ...]]:
    """Split a probes cell, without the cell magic of its first line, into helper code and probes.

    A top-level expression is a probe. Any other statement (a function, an assignment, an import)
    is helper code that runs beside the answer before the probes.
    `judge(expression, ...)` with the name of a judge evaluates `expression` beside the answer, and
    the other arguments only where answers are judged. So does `measure(expression, ...)`, also
    inside a judge, with the name of a function that has the decorator `@outside`; what it gives is
    judged. A call of such a function inside the expression makes an input: it is evaluated outside,
    and what it gives, or what an index picks of it, is handed in.

    A comment `# says: WORDS` above an expression, or after it, tells in the learner's terms what it
    does, and `# wrong: WORDS` what it means for an answer that it fails and nothing else names the
    cause; `# group: NAME, 60 %` puts the expressions below it into a group with a share of the
    points (`groups_of`).
    """
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise ProbeError(f"line {(error.lineno or 0) + 1}: {error.msg}") from None
    outside = {node.name for node in tree.body if _is_outside(node)}
    statements = [node for node in tree.body if not isinstance(node, ast.Expr)]
    helpers = [node for node in statements if not _is_outside(node)]
    for node in helpers:
        _refuse_outside(node, outside)
    nodes = [node for node in tree.body if isinstance(node, ast.Expr)]
    probes = [_probe(node.value, source, outside) for node in nodes]
    marked = _marked(list(zip(nodes, probes, strict=True)), tree, source)
    return "\n".join(_statement(node, source) for node in helpers), tuple(marked)


def outside_of(source: str) -> str:
    """The source of the functions and classes of a probes cell that are marked `@outside`."""
    nodes = (node for node in ast.parse(source).body if _is_outside(node))
    return "\n".join(_statement(node, source) for node in nodes)


def groups_of(source: str) -> tuple[tuple[str, float], ...]:
    """(name, share) of the groups that a probes cell declares, in order; () if there are none."""
    found: dict[str, float] = {}
    for _, word, text in _marks(source):
        if word == "group":
            name, share = _group(text)
            if name in found:
                raise ProbeError(f"the group `{name}` is declared twice; keep its lines together")
            found[name] = share
    if found and abs(sum(found.values()) - 1) > 1e-9:
        listed = " + ".join(f"{share:.4g}" for share in (100 * s for s in found.values()))
        raise ProbeError(f"the groups' shares must sum to 100 %, and {listed} don't")
    if len(found) == 1:
        raise ProbeError("one group is no part of the points; leave `# group:` out, or add another")
    return tuple(found.items())


def why_forbidden(source: str) -> str:
    """The author's reason for what `--forbid` names, from `# forbidden: WHY` lines; "" if none."""
    return " ".join(text for _, word, text in _marks(source) if word == "forbidden")


def _marked(pairs: list[tuple[ast.Expr, Probe]], tree: ast.Module, source: str) -> list[Probe]:
    """The probes with the words and the group that the comments give them."""
    found = [probe for _, probe in pairs]
    group_lines = []
    for line, word, text in _marks(source):
        if word == "group":
            group_lines.append((line, _group(text)[0]))
        elif word in ("says", "wrong"):
            place = _meant(line, pairs, tree)
            if not text or place is None:
                what = "what the expression does" if word == "says" else "what a failure means"
                raise ProbeError(
                    f"line {line + 1}: `# {word}:` stands above an expression or after it, and is "
                    f"followed by {what}, in the learner's terms"
                )
            words = f"{getattr(found[place], word)} {text}".strip()
            found[place] = replace(found[place], **{word: words})
    if group_lines:
        for place, (node, probe) in enumerate(pairs):
            above = [name for line, name in group_lines if line < node.lineno]
            if not above:
                raise ProbeError(
                    f"`{probe.code}`: stands in no group; begin with a `# group:` line"
                )
            found[place] = replace(found[place], group=above[-1])
        empty = {name for _, name in group_lines} - {probe.group for probe in found}
        if empty:
            raise ProbeError(f"the group `{min(empty)}` has no expression")
    return found


def _meant(line: int, pairs: list, tree: ast.Module) -> int | None:
    """The place of the probe that a comment on a line is about: the one there, or the next."""
    after = [node for node in tree.body if node.end_lineno >= line]
    nodes = [node for node, _ in pairs]
    return nodes.index(after[0]) if after and after[0] in nodes else None


def _marks(source: str) -> list[tuple[int, str, str]]:
    """(line, word, text) of the comments that are meant for us. Raises ProbeError for a typo."""
    found = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        mark = MARK.match(token.string) if token.type == tokenize.COMMENT else None
        if mark is None:
            continue
        word = mark["word"]
        if word in MARKS:
            found.append((token.start[0], word, mark["text"].strip()))
        elif token.start[1] == 0 or word.casefold() in MARKS:
            raise ProbeError(
                f"line {token.start[0] + 1}: `# {word}:` is no mark of a probes cell; there are "
                f"{', '.join(f'`# {known}:`' for known in MARKS)}. Leave the colon out of a note"
            )
    return found


def _group(text: str) -> tuple[str, float]:
    """The name and the share of a group, from `basic, 60 %`."""
    found = GROUP.fullmatch(text)
    if found is None:
        raise ProbeError(
            f"`# group: {text}` should give a name and a share of the points, as in "
            "`# group: basic, 60 %`"
        )
    return found["name"].strip(), float(found["percent"]) / 100


def _statement(node: ast.stmt, source: str) -> str:
    """The text of a statement with the decorators above it, which `ast` leaves out."""
    text = ast.get_source_segment(source, node) or ""
    decorators = [d for d in getattr(node, "decorator_list", []) if not _is_mark(d)]
    above = [f"@{ast.get_source_segment(source, decorator)}" for decorator in decorators]
    return "\n".join([*above, text])


def _is_outside(node: ast.stmt) -> bool:
    return any(_is_mark(decorator) for decorator in getattr(node, "decorator_list", ()))


def _is_mark(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Name) and decorator.id == OUTSIDE


def _refuse_outside(node: ast.stmt, outside: set[str]) -> None:
    """Helper code runs beside the answer, where nothing is that is marked `@outside`."""
    parts = list(ast.walk(node))
    names = [part for part in parts if isinstance(part, ast.Name)]
    own = {part.arg for part in parts if isinstance(part, ast.arg)}
    own |= {part.id for part in names if isinstance(part.ctx, ast.Store)}
    named = ({part.id for part in names} - own) & outside
    if named:
        raise ProbeError(
            f"line {node.lineno + 1}: `{min(named)}` is marked `@outside`, and the code that uses "
            "it runs beside the answer. Mark this code, too, or call it in an expression"
        )


def _probe(node: ast.expr, source: str, outside: set[str]) -> Probe:
    code = " ".join((ast.get_source_segment(source, node) or ast.unparse(node)).split())
    judge, arguments = _name(node), {}
    if judge in JUDGES:
        _refuse_none(node, judge, code)
        _refuse_arguments(judge, node, code)
        node, arguments = _first_and_others(node)
    else:
        judge = ""
    measure, beside = _name(node), {}
    if measure in outside:
        _refuse_none(node, measure, code)
        node, beside = _first_and_others(node)
    else:
        measure = ""
    handing = _Handing(outside)
    found = handing.visit(ast.parse(ast.unparse(node), mode="eval").body)
    observed = code if not judge and not measure and not handing.handed else ast.unparse(found)
    handed = tuple(handing.handed)
    return Probe(
        code, observed, judge or "close", arguments, measure=measure, beside=beside, handed=handed
    )


def _name(node: ast.expr) -> str:
    """`f` of a call `f(...)`, "" of anything else."""
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return node.func.id if called else ""


def _first_and_others(call: ast.Call) -> tuple[ast.expr, dict[str, str]]:
    """The first argument of a call, and the source of the others by place or name."""
    first, *rest = call.args
    if any(isinstance(arg, ast.Starred) for arg in rest) or any(not k.arg for k in call.keywords):
        raise ProbeError(
            f"`{ast.unparse(call)}`: write the arguments of a judge or measure one by one, no `*`"
        )
    others = {str(i): ast.unparse(arg) for i, arg in enumerate(rest)}
    return first, others | {kw.arg: ast.unparse(kw.value) for kw in call.keywords if kw.arg}


class _Handing(ast.NodeTransformer):
    """Puts `handed[0]`, `handed[1]`, ... for what is made by outside functions; each once."""

    def __init__(self, outside: set[str]) -> None:
        self.handed: list[str] = []
        self._outside = outside

    def visit(self, node: ast.AST) -> ast.AST:
        inner = node
        while isinstance(inner, (ast.Subscript, ast.Attribute)):
            inner = inner.value
        if _name(inner) not in self._outside:
            return self.generic_visit(node)
        text = ast.unparse(node)
        if text not in self.handed:
            self.handed.append(text)
        return ast.parse(f"{HANDED}[{self.handed.index(text)}]", mode="eval").body


def _refuse_none(node: ast.Call, name: str, code: str) -> None:
    if not node.args:
        raise ProbeError(f"`{code}`: {name} needs the expression to observe as its first argument")


def _refuse_arguments(name: str, node: ast.Call, code: str) -> None:
    """A judge is called with what it received and expected, and then with the probe's arguments."""
    first = [] if name in PREPARE else [None, None]
    signature = inspect.signature(PREPARE.get(name, JUDGES[name]))
    try:
        signature.bind(*first, *node.args[1:], **{str(kw.arg): None for kw in node.keywords})
    except TypeError as error:
        takes = ", ".join(list(signature.parameters)[len(first) :]) or "nothing else"
        raise ProbeError(f"`{code}`: {error}; after the expression, {name} takes {takes}") from None
