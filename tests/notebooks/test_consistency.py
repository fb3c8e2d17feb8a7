"""Lessons agree with each other, with their own formulas, and with the library."""

import ast
import json
import re
from pathlib import Path

import numpy as np
import pytest

from course_utils import nn
from course_utils.explorables import EXPLORABLES
from course_utils.learning.curriculum import LESSONS as CURRICULUM
from course_utils.learning.curriculum import lesson_of
from course_utils.learning.prompts.notation import read_cell
from course_utils.nn import activations, autograd, gradcheck, losses

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# What a symbol of a formula is called in code; more than one where a lesson writes its own.
NAMES = {
    r"\hat y": ("y_hat",),
    r"\alpha": ("alpha", "learning_rate"),
    r"\beta": ("beta", "beta1", "beta_1", "momentum"),
    r"\lambda": ("lambda", "l2", "weight_decay", "curvature", "eigenvalues", "eigvalsh"),
    r"\rho": ("rho", "beta", "beta2"),
    "p": ("p", "padding"),
    **{letter: (letter,) for letter in ("x", "y", "z", "a", "b")},
    "W": ("W", "W1", "weights"),
    "w": ("w", "w1", "W"),
}


def sources(path, kind):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == kind]


def symbols(formula):
    """The symbols of a formula that NAMES knows; words and indices count as nothing."""
    formula = re.sub(r"\\(text|mathrm|operatorname)\{[^}]*\}", " ", formula)
    formula = re.sub(r"\\hat\s*\{?\s*y\}?", r" \\haty ", formula)
    found = {r"\hat y"} if r"\haty" in formula else set()
    tokens = set(re.findall(r"\\[A-Za-z]+|(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])", formula))
    return found | (tokens & NAMES.keys())


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_symbols_of_formulas_are_names_in_the_code(lesson):
    text, code = "\n".join(sources(lesson, "markdown")), "\n".join(sources(lesson, "code"))
    words = set(re.findall(r"[A-Za-z_]\w*", code + "".join(re.findall(r"`[^`]+`", text))))
    used = set().union(*map(symbols, re.findall(r"\$\$?(.+?)\$\$?", text, re.DOTALL)))
    missing = {symbol for symbol in used if not words & set(NAMES[symbol])}
    assert missing == set()
    assert r"\eta" not in text, r"the learning rate is \alpha in formulas, as in every lesson"


def answers_in_sight(cells):
    """The options of predictions that code which nobody folded compares as text: (name, option)."""
    options, found = {}, []
    for cell in cells:
        source = "".join(cell["source"])
        if source.startswith("%%predict"):
            prompt = read_cell(source)
            options[prompt.name] = [option.text for option in prompt.options]
        elif "compare(" in source and not cell["metadata"].get("jupyter", {}).get("source_hidden"):
            found += [(name, t) for name, t in compared_texts(source) if t in options.get(name, ())]
    return found


def compared_texts(source):
    """(name, text) for each text in the value of `compare(name, value)`, or of what it reads."""
    plain = "\n".join(line for line in source.splitlines() if not line.startswith(("%", "!")))
    nodes = list(ast.walk(ast.parse(plain)))
    for call in nodes:
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "compare":
            values = [call.args[1]]
            for node in nodes:
                if isinstance(node, ast.Assign) and ast.dump(node.targets[0]).replace(
                    "Store", "Load"
                ) == ast.dump(call.args[1]):
                    values.append(node.value)
            for value in values:
                for node in ast.walk(value):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        yield call.args[0].value, node.value


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_no_code_in_sight_says_the_answer_in_words(lesson):
    """`compare("name", 2)` names an option by its number; or the cell is folded."""
    cells = json.loads(lesson.read_text("utf-8"))["cells"]
    assert answers_in_sight([cell for cell in cells if cell["cell_type"] == "code"]) == []


def test_an_answer_in_sight_is_seen():
    question = {"source": "%%predict end choice\nWhere?\n\n- up\n- far down", "metadata": {}}
    told = {"source": 'compare("end", "far down" if x < 0 else "up")', "metadata": {}}
    folded = {**told, "metadata": {"jupyter": {"source_hidden": True}}}
    named = {"source": 'way = "up"\ncompare("end", way)', "metadata": {}}
    by_number = {"source": 'compare("end", 2 if x < 0 else 1)\nprint("up")', "metadata": {}}
    assert sorted(answers_in_sight([question, told])) == [("end", "far down"), ("end", "up")]
    assert answers_in_sight([question, named]) == [("end", "up")]
    assert answers_in_sight([question, folded, by_number]) == []


@pytest.mark.parametrize("folder", ["notebooks", "solutions"])
def test_the_first_part_never_imports_tensorflow(folder):
    first = [path for path in sorted((ROOT / folder).glob("*.ipynb")) if path.stem < "10"]
    assert len({path.stem[:2] for path in first}) == 10
    for path in first:
        for source in sources(path, "code"):
            assert not re.search(r"^\s*(import|from) (tensorflow|keras)", source, re.MULTILINE), (
                path
            )


@pytest.mark.parametrize("lesson", LESSONS[1:], ids=lambda path: path.stem)
def test_a_lesson_links_what_it_builds_on(lesson):
    text = sources(lesson, "markdown")
    early = "\n".join(text[: len(text) // 3])
    earlier = re.findall(r"\]\((?:\.\./notebooks/)?(\d\d)_\w+\.ipynb\)", early)
    goes_on = lesson_of(lesson.stem) != lesson.stem
    assert any(number < lesson.stem[:2] or goes_on for number in earlier)


def test_every_explorable_stands_in_a_lesson_or_an_exercise():
    """A lesson that is divided or shortened may lose its figure."""
    notebooks = [*LESSONS, *sorted((ROOT / "solutions").glob("*.ipynb"))]
    code = "\n".join("\n".join(sources(path, "code")) for path in notebooks)
    assert [one.__name__ for one in EXPLORABLES if f"{one.__name__}(" not in code] == []


PART_LINK = re.compile(
    r"\[([^\]]*\b[Pp]arts? (\d)[^\]]*)\]\([^)]*?/?\d\d_[a-z_]+?(\d?)\.ipynb[^)]*\)"
)


def test_links_lead_to_the_part_that_they_name():
    """Lessons, exercises and the pages beside them; parts move when one is put between."""
    texts = [*LESSONS, *sorted((ROOT / "solutions").glob("*.ipynb"))]
    pages = [(path.name, "\n".join(sources(path, "markdown"))) for path in texts]
    pages += [(path.name, path.read_text("utf-8")) for path in (ROOT / "notebooks").glob("*.md")]
    found = [(name, link) for name, text in pages for link in PART_LINK.finditer(text)]
    assert len(found) > 100
    assert [(name, link[0]) for name, link in found if link[2] != (link[3] or "1")] == []


@pytest.mark.parametrize("lesson", LESSONS[1:], ids=lambda path: path.stem)
def test_a_lesson_lets_the_reader_act(lesson):
    text = sources(lesson, "markdown")
    whole = "\n".join(text)
    asked = [source for source in sources(lesson, "code") if source.startswith("%%")]
    predictions = [source for source in asked if source.startswith("%%predict ")]
    quizzes = [source for source in asked if source.startswith("%%quiz ")]
    if asked:
        assert any(source.startswith("%%words ") for source in asked)
        options = [re.findall(r"^- \[[ x]\] .*\n +\S", source, re.MULTILINE) for source in quizzes]
        assert all(len(found) >= 3 for found in options), "every option with its explanation"
    else:
        predictions = re.findall(r"\*\*Predict\b", whole)
        quizzes = [c for c in text if re.match(r"\*\*\d\.\*\*", c) and "<details>" in c]
        assert all(c.count("<details>") >= 3 for c in quizzes), "every option with its explanation"
    assert len(predictions) >= 2
    assert 2 <= len(quizzes) <= 6
    parts = next(entry for entry in CURRICULUM if entry.name == lesson_of(lesson.stem))
    parts = [path.stem for path in parts.notebooks(lesson.parent)]
    assert f"](../exercises/{parts[0]}.ipynb)" in whole
    if lesson.stem != parts[-1]:
        after = parts[parts.index(lesson.stem) + 1]
        assert f"]({after}.ipynb)" in text[-2], "it ends with the way to its next part"
    else:
        reading = re.split("^## Further reading", whole, flags=re.MULTILINE)[1]
        assert len(re.findall(r"\b(1[89]\d\d|20[0-2]\d)\b", reading)) >= 3


def answers(lesson):
    """The right answers of a solution notebook, by name, after its given code."""
    path = next((ROOT / "solutions").glob(f"{lesson}_*.ipynb"))
    namespace = {}
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if set(cell["metadata"].get("tags", [])) & {"given", "answer"}:
            exec("".join(cell["source"]), namespace)
    return namespace


@pytest.fixture
def rng():
    return np.random.default_rng(3)


@pytest.mark.parametrize("name", ["sigmoid", "relu", "leaky_relu", "softmax"])
def test_activations_of_the_course_are_the_librarys(name, rng):
    z = rng.normal(size=(5, 4)) * 3
    ours = answers("02")[name]
    theirs = getattr(activations, name)
    arguments = [0.2] if name == "leaky_relu" else []
    theirs = activations.LeakyReLU(0.2) if name == "leaky_relu" else theirs
    np.testing.assert_allclose(ours(z, *arguments), theirs(z), rtol=1e-12)


def test_forward_pass_of_the_course_is_the_librarys(rng):
    model = nn.Sequential([nn.Dense(5, "relu"), nn.Dense(3)], seed=0, dtype="float64")
    x = rng.normal(size=(4, 6))
    y = model(x)
    ours = answers("03")
    hidden, last = model.layers
    layers = [(hidden.W, hidden.b, activations.relu), (last.W, last.b, lambda z: z)]
    np.testing.assert_allclose(ours["mlp_forward"](x, layers), y, rtol=1e-12)
    np.testing.assert_allclose(ours["dense_forward"](x, hidden.W, hidden.b), hidden.z, rtol=1e-12)
    assert ours["count_parameters"]([6, 5, 3]) == model.count_params()


def test_losses_of_the_course_are_the_librarys(rng):
    ours = answers("04")
    labels, logits = rng.integers(0, 3, size=6), rng.normal(size=(6, 3))
    theirs = losses.SparseCategoricalCrossentropy(from_logits=True)
    np.testing.assert_allclose(
        ours["cross_entropy_from_logits"](labels, logits), theirs(labels, logits), rtol=1e-12
    )
    np.testing.assert_allclose(
        ours["softmax_cross_entropy_gradient"](labels, logits),
        theirs.gradient(labels, logits),
        rtol=1e-12,
    )
    y, p = rng.integers(0, 2, size=6).astype(float), rng.uniform(0.1, 0.9, size=6)
    np.testing.assert_allclose(ours["mse"](y, p), losses.MeanSquaredError()(y, p), rtol=1e-12)
    np.testing.assert_allclose(
        ours["binary_cross_entropy"](y, p), losses.BinaryCrossentropy()(y, p), rtol=1e-9
    )


def test_numerical_gradient_of_the_course_is_the_librarys(rng):
    x = rng.normal(size=(3, 2))
    np.testing.assert_allclose(
        answers("05")["numerical_gradient"](lambda x: (x**3).sum(), x),
        gradcheck.numerical_gradient(lambda x: (x**3).sum(), x),
        rtol=1e-8,
    )


def test_autograd_of_the_course_is_the_librarys():
    ours = answers("06")["Scalar"]
    results = []
    for kind in (ours, autograd.Value):
        w, x = kind(0.5), kind(2.0)
        y = (w * x + x * x * w).tanh() + w
        y.backward()
        results.append([y.data, w.grad, x.grad])
    np.testing.assert_allclose(*results, rtol=1e-12)


def test_backpropagation_of_the_course_is_the_librarys(rng):
    model = nn.Sequential([nn.Dense(5, "relu"), nn.Dense(3, "softmax")], seed=0, dtype="float64")
    model.compile(nn.SGD(1.0), "sparse_categorical_crossentropy")
    x, labels = rng.normal(size=(6, 4)), rng.integers(0, 3, size=6)
    model.build((4,))
    before = model.get_weights()
    model.fit(x, labels, batch_size=6, shuffle=False, verbose=0)  # one step of size 1
    ours = answers("07")["mlp_gradients"](x, labels, *before)
    assert list(ours) == ["dW1", "db1", "dW2", "db2"]
    for gradient, old, new in zip(ours.values(), before, model.get_weights(), strict=True):
        np.testing.assert_allclose(gradient, old - new, atol=1e-12)


def test_dense_backward_of_the_course_is_the_librarys(rng):
    layer = nn.Dense(3, dtype="float64", seed=0)
    x, dy = rng.normal(size=(5, 4)), rng.normal(size=(5, 3))
    layer(x)
    dx = layer.backward(dy)
    ours = answers("07")["dense_backward"](dy, x, layer.W)
    for one, other in zip(ours, (dx, layer.dW, layer.db), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def ten_steps(optimizer, gradients, start):
    """Where an optimizer of the library is after each of some steps."""
    w, places = start.copy(), []
    for gradient in gradients:
        optimizer.apply_gradients([(gradient, w)])
        places.append(w.copy())
    return places


@pytest.mark.parametrize("name", ["plain", "momentum", "rmsprop", "adam", "adamw"])
def test_optimizers_of_the_course_are_the_librarys(name, rng):
    start, gradients = rng.normal(size=4), rng.normal(size=(10, 4))
    theirs = {
        "plain": nn.SGD(0.1),
        "momentum": nn.SGD(0.1, momentum=0.9),
        "rmsprop": nn.RMSprop(0.1, rho=0.9, epsilon=1e-7),
        "adam": nn.Adam(0.1, 0.9, 0.999, 1e-7),
        "adamw": nn.AdamW(0.1, 0.01, 0.9, 0.999, 1e-7),
    }[name]
    ours = answers("08") | answers("09")
    w, velocity, m, v = start, np.zeros(4), np.zeros(4), np.zeros(4)
    for t, (gradient, place) in enumerate(
        zip(gradients, ten_steps(theirs, gradients, start), strict=True), start=1
    ):
        if name == "plain":
            (w,) = ours["gradient_step"]([w], [gradient], 0.1)
        elif name == "momentum":
            w, velocity = ours["momentum_step"](w, gradient, velocity, 0.1, 0.9)
        elif name == "rmsprop":
            w, v = ours["rmsprop_step"](w, gradient, v, 0.1, 0.9, 1e-7)
        else:
            settings = (t, 0.1, 0.9, 0.999, 1e-7) + ((0.01,) if name == "adamw" else ())
            w, m, v = ours[f"{name}_step"](w, gradient, m, v, *settings)
        np.testing.assert_allclose(w, place, atol=1e-5)  # epsilon stands elsewhere


def test_schedule_of_the_course_is_the_librarys():
    """Without warm-up: after one, Keras does not begin the wave anew, and the course does."""
    schedule, theirs = answers("09")["cosine_schedule"], nn.CosineDecay(0.3, 100)
    for step in range(100):
        ours = schedule(step, 100, 0.3, 0)
        np.testing.assert_allclose(ours, theirs(step), atol=1e-12)
