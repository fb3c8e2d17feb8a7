"""The door between text and markup: whatever a learner or an array brings in is shown as text."""

import functools
import html
import re

import numpy as np
import pytest

from course_utils.explorables import (
    EXPLORABLES,
    BackpropStepper,
    BoundaryLab,
    FunctionSlope,
    NetworkXray,
    StepSize,
)
from course_utils.explorables.kit.page import page as page_of
from course_utils.nn.autograd import Value

HOSTILE = [
    "w<b",
    "</text><script>window.entered = 1</script>",
    '"><img src=x onerror="window.entered = 1">',
    "a & b &lt; c",
    "]]><svg onload=window.entered=1>",
    "<!--<script>",
    "${window.entered = 1}",
    "'`",
    r"$\bad{$",
]


def test_text_is_escaped_and_markup_is_not(module):
    written = module(
        "boundary_lab",
        '((words) => m.markup`<a title="${words}">${[words, m.markup`<b/>`, 2]}</a>`.source)(a)',
        "<\"'&>",
    )
    text = "&lt;&quot;&#39;&amp;&gt;"
    assert written == f'<a title="{text}">{text}<b/>2</a>'


def caught(expression):
    return f"(() => {{ try {{ {expression} }} catch (e) {{ return e.message }} }})()"


@pytest.mark.parametrize("slip", ["`${m.markup`<b/>`}`", "[m.markup`<b/>`].join('')"])
def test_markup_that_is_put_into_text_is_noticed(slip, module):
    said = module(
        "boundary_lab", f"(() => {{ try {{ {slip} }} catch (e) {{ return e.message }} }})()"
    )
    assert "markup was put into text" in said


def test_a_picture_that_is_text_is_refused(module):
    said = module("boundary_lab", caught("m.putMarkup(document.body, '<b>x</b>')"))
    assert said == "expected markup`...`, got string: <b>x</b>"


def test_only_the_door_writes_html_and_attributes_stand_in_quotes(root):
    for path in (root / "course_utils" / "explorables").rglob("*.js"):
        source = path.read_text("utf-8")
        doors = re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|DOMParser|\.write\(", source)
        assert doors == (["innerHTML"] if path.name == "markup.js" else []), path.name
        for template in re.findall(r"markup`(?:[^`\\]|\\.)*`", source):
            assert not re.search(r"<[^>]*=\$\{", template), template


def elements(page):
    """How many elements of each kind the living figure has, in all its words and pictures."""
    return page.evaluate(
        """() => {
            const count = {};
            for (const e of document.querySelectorAll(".xp *"))
                count[e.tagName] = (count[e.tagName] ?? 0) + 1;
            return count;
        }"""
    )


@pytest.fixture(scope="module")
def of_plain_words():
    """A dict: the elements of a figure of plain words, counted once for all hostile ones."""
    return {}


def labeled(words):
    a, b = Value(2.0, label=words), Value(-3.0, label="b")
    end = a * b + a
    end.label = words
    return end


@pytest.mark.parametrize("words", HOSTILE)
def test_a_label_of_the_learners_graph_is_shown_as_text(words, show, of_plain_words):
    page, errors = show(BackpropStepper(labeled(words)))
    if "label" not in of_plain_words:
        of_plain_words["label"] = elements(show(BackpropStepper(labeled("w")))[0])
    assert errors == []
    assert elements(page) == of_plain_words["label"]
    assert words in page.locator(".xp svg[role=img]").text_content()
    assert words in page.locator(".xp-results").text_content()


@pytest.mark.parametrize("words", HOSTILE)
def test_an_operation_of_the_learners_graph_is_shown_as_text(words, show, of_plain_words):
    def graph(operation):
        a = Value(2.0, label="a")
        return Value(4.0, (a,), (2.0,), operation)

    page, errors = show(BackpropStepper(graph(words)))
    if "operation" not in of_plain_words:
        of_plain_words["operation"] = elements(show(BackpropStepper(graph("f")))[0])
    assert errors == []
    assert elements(page) == of_plain_words["operation"]
    assert words in page.locator(".xp svg[role=img]").text_content()


# A field that is shown for one choice only, and fields whose words are drawn one by one.
NEEDED = {("convolution_painter", "drawing"): {"picture": "your drawing"}}
DRAWN = {
    ("merging_pairs", "text"),
    ("attention_view", "sentence"),
    ("convolution_painter", "drawing"),
}
FIELDS = [(make, c.name) for make in EXPLORABLES for c in make.controls if c.kind == "field"]


@pytest.fixture(scope="module")
def opened():
    """A function: the page of a figure as a test opens it, by its name and settings."""

    @functools.cache
    def opened(make, settings):
        return page_of(make(**dict(settings)))

    return opened


@pytest.mark.parametrize(("make", "field"), FIELDS, ids=lambda x: getattr(x, "name", x))
@pytest.mark.parametrize("words", HOSTILE)
def test_what_is_typed_is_shown_as_text(make, field, words, opened, show_html):
    settings = NEEDED.get((make.name, field), {})
    page, errors = show_html(opened(make, tuple(settings.items())))
    page.locator(f".xp [name={field}]").fill("1x")
    page.locator(f".xp [name={field}]").press("Enter")
    plain = elements(page)
    page.locator(f".xp [name={field}]").fill(words)
    page.locator(f".xp [name={field}]").press("Enter")
    assert errors == []
    assert page.evaluate("window.entered") is None
    assert page.locator(".xp script, .xp img").count() == 0
    if (make.name, field) not in DRAWN:
        assert elements(page) == plain


@pytest.mark.parametrize("words", HOSTILE)
def test_a_state_from_outside_is_shown_as_text(words, show):
    """`figure.state = {...}` in Python, or a stored notebook of somebody else."""
    for make, field in FIELDS:
        page, errors = show(make(**{field: words}))
        assert errors == []
        assert page.locator(".xp script, .xp img").count() == 0


def stops_with(words):
    def f(*arguments):
        raise ValueError(words)

    return f


@pytest.mark.parametrize("words", HOSTILE)
def test_the_error_of_a_learners_function_is_shown_as_text_in_the_still_picture(words):
    f = stops_with(words)
    figures = [
        FunctionSlope(function=f),
        FunctionSlope(function=np.tanh, derivative=f),
        BoundaryLab(neuron=f),
        NetworkXray(forward=f),
        StepSize(difference=f),
    ]
    for figure in figures:
        picture, said = figure.picture_and_words()
        assert words in said
        assert picture == f'<p class="xp-still" data-name="{figure.name}">{html.escape(said)}</p>'


@pytest.mark.parametrize("words", HOSTILE)
def test_the_error_of_a_learners_function_is_shown_as_text_in_the_living_figure(words, module):
    figure = FunctionSlope(function=np.tanh)
    traits = {"spec": figure.spec(), "state": figure.state, "data": {}}
    traits["progress"] = {"prediction": None, "done": [False] * len(figure.tasks)}
    note = module(
        "function_slope",
        """(() => {
            let answer;
            const model = { ...m.standIn(a.traits), on: (_, f) => { answer ??= f; } };
            let sent;
            model.send = (message) => { sent = message; };
            model.on = (event, f) => { if (event === "msg:custom") answer = f; };
            const el = document.createElement("div");
            document.body.append(el);
            const stop = m.default.render({ model, el });
            answer({ id: sent.id, error: a.words }, []);
            const note = el.querySelector(".xp-note");
            const found = [note.textContent, note.children.length];
            stop();
            el.remove();
            return found;
        })()""",
        {"traits": traits, "words": words},
    )
    assert words in note[0]
    assert note[1] == 0


def test_every_picture_is_free_of_escaped_markup(open_page):
    """Markup that was taken for text would be read by the learner."""
    for make in EXPLORABLES:
        page = open_page(make.name)
        inside = page.locator(".xp svg[role=img]").inner_html()
        assert "&lt;" not in inside, make.name
        assert "&quot;" not in inside, make.name
        assert "[object" not in inside, make.name


def test_a_label_in_the_still_picture_is_shown_as_text():
    for words in HOSTILE:
        picture, _ = BackpropStepper(labeled(words)).picture_and_words()
        assert re.sub(r'alt="[^"]*"|src="[^"]*"', "", picture).count("<") == 5
