"""Cells as Jupyter runs them: magics, `await` at the top, `_` and `Out`, `%%writefile` and imports.

What a cell means is decided here as in IPython; what only shows, installs or starts another
program does nothing. A magic that times or captures runs its body in the notebook, so that the
answer below it counts.
"""

from __future__ import annotations
import __future__ as future

import ast
import contextlib
import io
import linecache
import os
import re
import runpy
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from types import CodeType, SimpleNamespace
from typing import Any

# Magics whose body is the learner's own code, and the options that stand before it.
TIMERS = {
    "time": re.compile(r"(?:\s*--no-raise-error\b)?"),
    "timeit": re.compile(r"(?:\s*-(?:[nrpN]\s*\d+|[tcqov]+)(?=\s|$))*"),
    "prun": re.compile(r"(?:\s*-(?:[lsTD]\s*\S+|[rq]+)(?=\s|$))*"),
}
# Bodies that are no code of the notebook: of another language, or run in another process.
OPAQUE = {
    "!", "SVG", "bash", "cmd", "cython", "html", "HTML", "javascript", "js", "latex", "markdown",
    "perl", "pypy", "python", "python2", "python3", "ruby", "script", "sh", "svg", "sx", "system",
}  # fmt: skip
# An author's cells in a solved notebook. Nothing may run them, so that nobody has to read them.
NEVER_RUN = {"misconception", "alternative"}
TOO_DEEP = "too many brackets, functions or signs within each other"
PROMPT = re.compile(r"\s*In \[\d+\]: ")
FUTURE = 0
for _name in future.all_feature_names:
    FUTURE |= getattr(future, _name).compiler_flag


class Silent:
    """What the notebook's own functions meet: every use does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Silent:
        return self


class Shell:
    """One notebook's shell: it runs cells in `user_ns`, and is what `get_ipython()` gives."""

    def __init__(self, namespace: dict[str, Any], silent: list[str]) -> None:
        self.user_ns = namespace
        self._last: Any = None
        self._flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        self._loop: Any = None
        self._file, self._source, self._skipped = "", "", 0
        self._magics: dict[tuple[str, str], Callable] = {}
        quiet = Silent()
        names = dict.fromkeys(["display", *silent], quiet)
        namespace.update(names, get_ipython=lambda: self, In=[""], Out={}, exercise=_no_exercise)
        sys.path.insert(0, "")  # as in Jupyter: what the notebook has written can be imported
        import course_utils

        course_utils.exercise = _no_exercise

    def run(self, source: str, filename: str) -> None:
        """Run a cell. Raises whatever it raises; what it printed was printed."""
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        self._file, self._source, self._skipped = filename, source, 0
        self.user_ns["In"] = [*_a_list(self.user_ns.get("In")), source]
        with contextlib.suppress(FileNotFoundError):  # a folder may have been removed under it
            sys.path_importer_cache.pop(os.getcwd(), None)  # and a file written just now
        if "IPython" in source:
            self._be_found()
        self._run(source)

    def run_line_magic(self, name: str, line: str = "", *_: Any, **__: Any) -> Any:
        """Run `%name line`; what only shows or installs something does nothing."""
        own = self._magics.get(("line", name))
        if own is not None:
            return own(line)
        if name in TIMERS:
            return self._timed(name, line)
        known = getattr(self, f"_line_{name}", None)
        return known(line.strip()) if known is not None else None

    def run_cell_magic(self, name: str, line: str, body: str) -> Any:
        """Run `%%name line` and the cell's other lines."""
        if name in NEVER_RUN:
            return None
        own = self._magics.get(("cell", name))
        if own is not None:
            return own(line, body)
        with self._below_the_first_line(body):
            if name in ("writefile", "file"):
                return _write(line, body)
            if name == "capture":
                return self._captured(line, body)
            if name in TIMERS:
                self._run(TIMERS[name].sub("", line, count=1) if name == "timeit" else "")
                return self._run(body)
            return None if name in OPAQUE else self._run_if_python(body)

    def magic(self, text: str) -> Any:
        name, _, line = text.lstrip("%").partition(" ")
        return self.run_line_magic(name, line)

    def run_cell(self, source: str, *_: Any, **__: Any) -> None:
        self._run(source)

    def ex(self, source: str) -> None:
        exec(source, self.user_ns)

    def ev(self, source: str) -> Any:
        return eval(source, self.user_ns)

    def push(self, variables: Any, *_: Any, **__: Any) -> None:
        self.user_ns.update(dict(variables))

    def getoutput(self, *_: Any, **__: Any) -> Lines:
        """No other program is started, so none prints anything."""
        return Lines()

    def register_magic_function(
        self, function: Callable, magic_kind: str = "line", magic_name: str | None = None
    ) -> None:
        kinds = ("line", "cell") if magic_kind == "line_cell" else (magic_kind,)
        for kind in kinds:
            self._magics[kind, magic_name or function.__name__] = function

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return Silent()

    # cells

    def _run(self, source: str) -> Any:
        """Run code in the notebook and return what its last line gives."""
        *body, last = self._tree(source).body or [ast.Pass()]
        if not isinstance(last, ast.Expr):
            self._execute(ast.Module([*body, last], type_ignores=[]), "exec")
            return None
        if body:
            self._execute(ast.Module(body, type_ignores=[]), "exec")
        value = self._execute(ast.Expression(last.value), "eval")
        if value is not None and not source.rstrip().endswith(";"):
            self._remember(value)
        return value

    def _tree(self, source: str) -> ast.Module:
        source = source.lstrip("\ufeff")
        try:
            if PROMPT.match(source):  # which Python would read as an annotation
                source = _without_magics(source)
            tree = self._parsed(source)
        except SyntaxError as error:
            meant = _without_magics(source)
            if meant.rstrip() == source.rstrip():
                raise
            try:
                tree = self._parsed(meant)
            except SyntaxError:
                raise error from None
            self._let_it_be_read()
        return ast.increment_lineno(tree, self._skipped) if self._skipped else tree

    def _parsed(self, source: str) -> ast.Module:
        try:
            return ast.parse(source, self._file)
        except (MemoryError, RecursionError):  # so Python's parser says that its stack is full
            raise SyntaxError(TOO_DEEP) from None

    def _let_it_be_read(self) -> None:
        """Keep the cell as Python can read it, line by line the same: for tracebacks, and for who
        asks what the cell defines."""
        lines = self._source.splitlines(keepends=True)
        plain = [f"#{line}" if line.lstrip().startswith(("%", "!")) else line for line in lines]
        linecache.cache[self._file] = (len(self._source), None, plain, self._file)

    def _execute(self, tree: ast.Module | ast.Expression, mode: str) -> Any:
        try:
            tree = ast.fix_missing_locations(tree)
            code = compile(tree, self._file, mode, self._flags, dont_inherit=True)
        except (MemoryError, RecursionError):
            raise SyntaxError(TOO_DEEP) from None
        self._flags |= code.co_flags & FUTURE
        if code.co_flags & 0x80 or _speaks_of_a_loop(code):  # CO_COROUTINE
            return self._in_the_loop(code)
        return eval(code, self.user_ns)

    def _in_the_loop(self, code: CodeType) -> Any:
        import asyncio

        async def run() -> Any:
            value = eval(code, self.user_ns)
            if code.co_flags & 0x80:
                value = await value
            await asyncio.sleep(0)  # what was started gets its turn
            return value

        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)
        return self._loop.run_until_complete(run())

    def _remember(self, value: Any) -> None:
        space, number = self.user_ns, len(_a_list(self.user_ns.get("In"))) - 1
        if space.get("_", self._last) is self._last:  # else the name is the learner's own
            space["__"], space["_"], self._last = space.get("_", ""), value, value
        if type(space.get("Out")) is dict:
            space["Out"][number] = space[f"_{number}"] = value

    @contextlib.contextmanager
    def _below_the_first_line(self, body: str) -> Iterator[None]:
        """Within it, lines of `body` are counted as in the cell of which it is the end."""
        before = self._skipped
        if body.strip() and self._source.rstrip().endswith(body.rstrip()):
            lines = self._source.rstrip().splitlines()
            self._skipped = len(lines) - len(body.rstrip().splitlines())
        try:
            yield
        finally:
            self._skipped = before

    def _run_if_python(self, body: str) -> Any:
        """The body of a magic that is not known here, such as one that measures memory."""
        try:
            self._tree(body)
        except SyntaxError:
            return None
        return self._run(body)

    def _timed(self, name: str, line: str) -> Any:
        options = TIMERS[name].match(line)
        begun = time.perf_counter()
        value = self._run(line[options.end() :].strip())
        took = time.perf_counter() - begun
        if name != "timeit":
            return value
        if not re.search(r"-[tcqv]*o", options[0]):
            return None
        return SimpleNamespace(average=took, best=took, worst=took, stdev=0.0, loops=1, repeat=1,
                               all_runs=[took], timings=[took], compile_time=0.0)  # fmt: skip

    def _captured(self, line: str, body: str) -> None:
        kept = SimpleNamespace(stdout="", stderr="", outputs=[], show=Silent())
        names = [word for word in line.split() if word.isidentifier()]
        self.user_ns.update(dict.fromkeys(names[:1], kept))
        out, err = io.StringIO(), io.StringIO()
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                self._run(body)
        finally:
            kept.stdout, kept.stderr = out.getvalue(), err.getvalue()

    def _be_found(self) -> None:
        """Let `from IPython import get_ipython` find this shell."""
        with contextlib.suppress(ImportError):
            import IPython

            IPython.get_ipython = IPython.core.getipython.get_ipython = lambda: self

    # line magics that do something

    def _line_run(self, line: str) -> None:
        words = shlex.split(line)
        options = [word for word in words if word in ("-i", "-e", "-n", "-t")]
        files = [word for word in words if word not in options]
        if not files or files[0].startswith("-") or files[0].endswith((".ipynb", ".ipy")):
            return
        path = files[0] if files[0].endswith(".py") else files[0] + ".py"
        before, sys.argv = sys.argv, files
        name = "__main__" if "-n" not in options else os.path.basename(path)[:-3]
        try:
            made = runpy.run_path(path, self.user_ns if "-i" in options else None, name)
        finally:
            sys.argv = before
        self.user_ns.update({k: v for k, v in made.items() if not k.startswith("__")})

    def _line_cd(self, line: str) -> None:
        with contextlib.suppress(OSError):
            os.chdir(os.path.expanduser(line or "~"))

    def _line_pwd(self, _: str) -> str:
        return os.getcwd()

    def _line_mkdir(self, line: str) -> None:
        for folder in shlex.split(line):
            if not folder.startswith("-"):
                os.makedirs(folder, exist_ok=True)

    def _line_env(self, line: str) -> Any:
        name, sign, value = line.partition("=" if "=" in line else " ")
        if sign:
            os.environ[name.strip()] = value.strip()
            return None
        return os.environ.get(name) if name else dict(os.environ)

    _line_set_env = _line_env

    def _line_who_ls(self, _: str) -> list[str]:
        return sorted(name for name in self.user_ns if not name.startswith("_"))


class Lines(list):
    """What a shell line printed, as IPython gives it: lines, and the same as one text."""

    s = n = ""

    @property
    def l(self) -> Lines:  # noqa: E743 - IPython's name
        return self


Shell.__name__ = Shell.__qualname__ = "ZMQInteractiveShell"  # by which notebooks know Jupyter


def _no_exercise(*_: Any, **__: Any) -> tuple[Silent, ...]:
    return (Silent(),) * 4


def _write(line: str, body: str) -> None:
    words = shlex.split(line)
    names = [word for word in words if word not in ("-a", "--append")]
    path = os.path.expanduser(names[0])
    if os.path.dirname(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "a" if len(names) < len(words) else "w", encoding="utf-8") as file:
        file.write(body)


def _without_magics(source: str) -> str:
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(source)


def _speaks_of_a_loop(code: CodeType) -> bool:
    """Whether a cell asks for the event loop that runs in Jupyter, and starts none itself."""
    names = code.co_names
    wanted = ("create_task", "ensure_future", "get_running_loop")
    return "run" not in names and any(name in names for name in wanted)


def _a_list(value: Any) -> list:
    return value if type(value) is list else [""]
