"""What Jupyter runs, the grader runs: right answers in every dress that a notebook gives them."""

import copy

import pytest

pytestmark = pytest.mark.either_sandbox(whole_file=True)

DOUBLE = "def double(x):\n    return 2 * x"
STARTER = "def double(x):\n    ...  # your code here"
ANSWER = "answer = 42"
IMPORTED = "from functools import reduce\nimport math as m"
HELPER = "def helper(x):\n    return 2 * x"


def code(source, cell_id="new"):
    return {
        "cell_type": "code", "id": cell_id, "metadata": {}, "execution_count": None, "outputs": [],
        "source": source,
    }  # fmt: skip


class Dress:
    """How the cells of a right notebook are changed; each method gives a function that does it."""

    def __init__(self, classroom):
        self.classroom = classroom

    def place(self, notebook, name):
        return notebook["cells"].index(self.classroom.cell(notebook, name))

    def cell(self, notebook, cell_id):
        return next(cell for cell in notebook["cells"] if cell.get("id") == cell_id)


def answers(**sources):
    return lambda dress: dress.classroom.notebook(**sources)


def before(name, *sources, **given):
    """Cells above the one that answers `name`, and other answers."""

    def make(dress):
        notebook = dress.classroom.notebook(**given)
        place = dress.place(notebook, name)
        notebook["cells"][place:place] = [code(s, f"new{i}") for i, s in enumerate(sources)]
        return notebook

    return make


def below(name, *sources, **given):
    """Cells between the one that answers `name` and the one that checks it, and other answers."""

    def make(dress):
        notebook = dress.classroom.notebook(**given)
        place = dress.place(notebook, name) + 1
        notebook["cells"][place:place] = [code(s, f"new{i}") for i, s in enumerate(sources)]
        return notebook

    return make


def above_all(line):
    return answers(double=f"{line}\n{DOUBLE}", answer=f"{line}\n{ANSWER}")


def without_ids(make):
    def made(dress):
        notebook = make(dress)
        for cell in notebook["cells"]:
            cell.pop("id", None)
        return notebook

    return made


def in_a_new_cell(name, right, where, own):
    """The answer stands in a new cell, and its own one is empty, untouched, a comment or gone."""

    def make(dress):
        notebook = dress.classroom.notebook(**{name: None})
        place = dress.place(notebook, name)
        at = {"above": place, "below": place + 1, "top": 3, "end": len(notebook["cells"])}[where]
        mine = notebook["cells"][place]
        notebook["cells"].insert(at, code(right))
        if own == "gone":
            notebook["cells"].remove(mine)
        elif own != "untouched":
            mine["source"] = {"empty": "", "a comment": "# see the other cell"}[own]
        return notebook

    return make


def with_a_copy(kind, source, where):
    """Another cell with the answer's id."""

    def make(dress):
        notebook = dress.classroom.notebook()
        place = dress.place(notebook, "double")
        other = {**copy.deepcopy(notebook["cells"][place]), "cell_type": kind}
        other["source"] = source
        notebook["cells"].insert(place + (where == "below"), other)
        return notebook

    return make


def with_setup(change):
    """The set-up cell as a function of its source makes it, and other answers."""

    def make(dress):
        notebook = dress.classroom.notebook(
            double="def double(x):\n    return numpy.multiply(x, TWO)",
            answer="answer = m.floor(reduce(lambda a, b: a * b, [2, 3, 7.1]))",
        )
        setup = dress.cell(notebook, "cell-1")
        setup["source"] = change("".join(setup["source"]))
        return notebook

    return make


def merged(*into_setup):
    """The set-up cell, the given one and answers in one cell, which keeps the last one's id."""

    def make(dress):
        notebook = dress.classroom.notebook()
        cells = [dress.cell(notebook, "cell-1"), dress.cell(notebook, "cell-2")]
        cells += [dress.classroom.cell(notebook, name) for name in into_setup]
        whole = "\n\n".join("".join(cell["source"]) for cell in cells)
        for cell in cells[:-1]:
            notebook["cells"].remove(cell)
        cells[-1]["source"] = whole
        return notebook

    return make


def in_one_cell(dress):
    notebook = dress.classroom.notebook()
    sources = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    return {**notebook, "cells": [code("\n\n".join(sources))]}


CASES = {
    **{
        f"{line} above": above_all(line)
        for line in (
            "%%time",
            "\n\n%%time",
            "%%capture",
            "%%capture kept",
            "%%timeit",
            "%%timeit -n1 -r1",
            "%%prun -q",
            "%%capture\n%%time",
            "%%memit",
            "%%debug",
            "%matplotlib inline",
            "# mine\n%autoreload 2",
            "%%time # how long",
        )
    },
    "%time before a statement": answers(answer="%time answer = 42"),
    "a value of %time": answers(answer="answer = %time 6 * 7\nanswer += 0"),
    "a value of %timeit -o": answers(
        double=f"{DOUBLE}\nt = %timeit -o -n1 -r1 double(1)\nassert t.average >= 0"
    ),
    "%timeit of the answer": answers(double=f"{DOUBLE}\n%timeit -n1 -r1 double(np.zeros(3))"),
    "lines of a shell": answers(double=f"files = !ls\nfor f in files:\n    print(f)\n{DOUBLE}"),
    "questions to the help": answers(double=f"{DOUBLE}\ndouble?\n?double\ndouble??\n%pinfo double"),
    "what was captured": before(
        "answer", "%%capture kept\nprint(42)", answer="answer = int(kept.stdout)"
    ),
    "await at the top": answers(
        answer="import asyncio\nasync def f():\n    return 42\nawait asyncio.sleep(0)\n"
        "answer = await f()"
    ),
    "async for, with and comprehension": answers(
        answer="import contextlib\nasync def g():\n    yield 40\n"
        "@contextlib.asynccontextmanager\nasync def c():\n    yield 2\n"
        "async for a in g(): pass\nasync with c() as b:\n    answer = a + b\n"
        "assert [x async for x in g()] == [40]"
    ),
    "a task from another cell": before(
        "answer",
        "import asyncio\nasync def f():\n    await asyncio.sleep(0.01)\n    return 42\n"
        "task = asyncio.create_task(f())",
        answer="answer = await task",
    ),
    "_ and Out": before(
        "answer", "6 * 7", "_ - 2", answer="answer = _ + 2\nassert Out[max(Out)] == 40"
    ),
    "a name of its own called _": answers(answer="_, answer = 41, 42\n_\nassert _ == 41"),
    "In": answers(double=f"assert 'In[-1]' in In[-1]\n{DOUBLE}"),
    "an indent that all lines share": answers(double="    def double(x):\n        return 2 * x"),
    "prompts of Python": answers(double=">>> def double(x):\n...     return 2 * x"),
    "prompts of IPython": answers(answer="In [1]: answer = 42"),
    "the shell itself": answers(
        double="from IPython import get_ipython\nshell = get_ipython()\n"
        "assert type(shell).__name__ == 'ZMQInteractiveShell'\n"
        "shell.run_line_magic('matplotlib', 'inline')\nshell.user_ns['two'] = 2\n"
        "shell.run_cell_magic('time', '', 'def double(x):\\n    return two * x')\nassert two == 2"
    ),
    "a magic of their own": before(
        "double",
        "from IPython.core.magic import register_cell_magic\n@register_cell_magic\n"
        "def run(line, cell):\n    get_ipython().run_cell(cell)",
        double=f"%%run\n{DOUBLE}",
    ),
    "a file that is written and imported": before(
        "double",
        f"%%writefile mine.py\n{HELPER}",
        double="import mine\ndef double(x):\n    return mine.helper(x)",
    ),
    "a file that is written in pieces": before(
        "double",
        "%%writefile mine.py\n\n",
        f"%%writefile -a mine.py\n{HELPER}",
        double="from mine import helper as double",
    ),
    "a module in a folder": before(
        "double",
        "!mkdir -p tools",
        f"%%writefile tools/mine.py\n{HELPER}",
        double="from tools.mine import helper as double",
    ),
    "a file that is run": before("double", f"%%file mine.py\n{DOUBLE}", double="%run mine.py"),
    "a helper that is mended in the next cell": below(
        "double",
        "def twice(x):\n    return 2 * x",
        double="def twice(x):\n    return x\ndef double(x):\n    return twice(x)",
    ),
    "a constant that is mended in the next cell": below(
        "double", "FACTOR = 2", double="FACTOR = 3\ndef double(x):\n    return FACTOR * x"
    ),
    "a method that is added in the next cell": below(
        "double",
        "Double.__call__ = lambda self, x: 2 * x",
        double="class Double:\n    pass\ndouble = Double()",
    ),
    "a cell that raises, and a new one below it": below(
        "double", DOUBLE, double="def double(x):\n    return 2 * x +\n"
    ),
    "an error behind the answer": answers(double=f"{DOUBLE}\nassert False"),
    "a copy by pickle": answers(
        double="import pickle\nclass Double:\n    def __call__(self, x):\n        return 2 * x\n"
        "double = pickle.loads(pickle.dumps(Double()))"
    ),
    "types that are texts": answers(
        double="from __future__ import annotations\nfrom typing import ClassVar, get_type_hints\n"
        "class Two:\n    n: ClassVar[int] = 2\nassert get_type_hints(Two)\n"
        "def double(x):\n    return Two.n * x"
    ),
    "the notebook as a module": answers(
        double="import __main__\nTWO = 2\ndef double(x):\n    return __main__.TWO * x"
    ),
    "a file that is opened, written and imported": answers(
        double="open('mine.py', 'w').write('def double(x):\\n    return 2 * x\\n')\n"
        "from mine import double"
    ),
    "imports in the set-up cell": with_setup(
        lambda setup: f"import numpy\n{IMPORTED}\n{setup}\nTWO = 2"
    ),
    "all in one line of the set-up cell": with_setup(
        lambda setup: (
            "import numpy, math as m; from functools import reduce; TWO = 2; "
            'from course_utils import exercise; check = exercise("97_small")[0]'
        )
    ),
    "set-up merged with an answer": merged("double"),
    "set-up merged with two answers": merged("double", "quadruple"),
    "set-up merged with all answers": merged("double", "quadruple", "answer"),
    "everything in one cell": in_one_cell,
    "everything in one cell without its id": without_ids(in_one_cell),
    "a comment about the check": answers(
        double=f"# first exercise(...), then check = run\n{DOUBLE}",
        answer='note = "check = exercise()"\nanswer = 42',
    ),
    "a function of their own called exercise": answers(
        double=f"def exercise(x):\n    return x\ncheck = exercise(1)\n{DOUBLE}"
    ),
    "an import that nobody calls": answers(
        double=f"def plot():\n    import seaborn_of_nobody, course_utils.nothing\n{DOUBLE}"
    ),
    "a cell that fails between": before("answer", "1 / 0", "import nothing_there", "raise OSError"),
    "typed, without ids": without_ids(answers(answer="answer: int = 42")),
    "conditional, without ids": without_ids(
        answers(
            double="if True:\n    def double(x):\n        return 2 * x\nelse:\n    double = None",
            answer="try:\n    answer = 42\nexcept ValueError:\n    pass",
        )
    ),
    "in a loop, without ids": without_ids(
        answers(answer="while True:\n    answer = 42\n    break")
    ),
    "matched, without ids": without_ids(
        answers(answer="match 42:\n    case answer:\n        pass")
    ),
    "a walrus, without ids": without_ids(answers(answer="print(answer := 42)")),
    "one of a tuple, without ids": without_ids(answers(answer="o, answer = 1, 42")),
    "through globals, without ids": without_ids(answers(answer='globals()["answer"] = 42')),
    "through exec, without ids": without_ids(answers(answer='exec("answer = 42")')),
    "a global of a function, without ids": without_ids(
        answers(answer="def f():\n    global answer\n    answer = 42\nf()")
    ),
    "timed, without ids": without_ids(
        answers(double=f"%%time\n{DOUBLE}", answer="%time answer=42")
    ),
    "awaited, without ids": without_ids(
        answers(answer="async def f():\n    return 42\nanswer = await f()")
    ),
    **{
        f"{name} in a new cell, {where}; its own is {own}": in_a_new_cell(name, right, where, own)
        for name, right in (("double", DOUBLE), ("answer", ANSWER))
        for where in ("above", "below", "top", "end")
        for own in ("empty", "untouched", "a comment", "gone")
    },
    **{
        f"a {kind} copy with {words} {where}": with_a_copy(kind, source, where)
        for kind in ("markdown", "raw", "code")
        for words, source in (("nothing", ""), ("the starter", STARTER), ("a note", "# Mind"))
        for where in ("above", "below")
    },
}


@pytest.fixture(scope="module")
def graded(classroom):
    """Every case, graded in one batch."""
    dress = Dress(classroom)
    results = classroom.grade_many({f"{i}": make(dress) for i, make in enumerate(CASES.values())})
    return dict(zip(CASES, (results[f"{i}"] for i in range(len(CASES))), strict=True))


@pytest.mark.parametrize("case", CASES)
def test_right_answer_earns_its_marks(graded, case):
    result = graded[case]
    wrong = {m.name: m.verdict.message for m in result.marks if not m.verdict.is_correct}
    assert not wrong, result.anomalies


def test_wrong_line_is_named_behind_a_magic(classroom):
    wrong = "%%time\ntwo = 2\ndef double(x):\n    return x.nothing"
    result = classroom.grade(classroom.notebook(double=wrong))
    assert "return x.nothing" in result.marks[0].verdict.message


def test_answer_in_another_process_is_none(classroom):
    """Jupyter runs such a cell elsewhere, so the notebook never gets to know of the answer."""
    result = classroom.grade(classroom.notebook(double=f"%%python3\n{DOUBLE}"))
    assert result.marks[0].score == 0


def test_future_of_a_cell_holds_for_the_cells_below(classroom):
    notebook = classroom.notebook(double="def double(x: Nothing):\n    return 2 * x")
    assert classroom.grade(notebook).marks[0].score == 0
    place = notebook["cells"].index(classroom.cell(notebook, "double"))
    notebook["cells"].insert(place, code("from __future__ import annotations"))
    assert classroom.grade(notebook).marks[0].score == 2
