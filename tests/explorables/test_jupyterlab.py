"""The explorables in a real JupyterLab: keys, the learner's own code, themes, no kernel."""

import json
import time

import pytest

LESSON = (
    """
import numpy as np
from course_utils.explorables import BoundaryLab, DescentValley, FunctionSlope

calls = []
def neuron(x, w, b):
    calls.append(len(x))
    return x @ w + b
lab = BoundaryLab(neuron=neuron)
lab
""",
    "valley = DescentValley()\nvalley",
    "slope = FunctionSlope(function=lambda z: z / 2)\nslope",
)


@pytest.fixture(scope="module")
def page(open_lab):
    page = open_lab("lesson", *LESSON)
    for words in ("of 80 points", "The loss", "the slope 0.5"):
        page.locator(".xp-results", has_text=words).wait_for(state="attached", timeout=60_000)
    return page


def run(page, code):
    """What code prints in the notebook's kernel, as JSON."""
    return json.loads(
        page.evaluate(
            """async (code) => {
                const panel = window.jupyterapp.shell.currentWidget;
                const future = panel.sessionContext.session.kernel.requestExecute({ code });
                let printed = "";
                future.onIOPub = (m) => { printed += m.content.text ?? m.content.evalue ?? ""; };
                await future.done;
                return printed;
            }""",
            f"import json; print(json.dumps({code}))",
        )
    )


def wait_for_state(page, figure, value, seconds=60):
    """Until the kernel has heard of a value that was chosen on the page."""
    end = time.monotonic() + seconds
    while value not in (values := run(page, f"list({figure}.state.values())")):
        assert time.monotonic() < end, f"{figure} has {values}, and not {value!r}"
        page.wait_for_timeout(100)


def test_living_figures_hide_the_still_ones(page):
    assert page.locator(".xp-still").evaluate_all("s => s.map((e) => e.hidden)") == [True] * 3


def test_arrow_keys_turn_a_slider_and_letters_do_nothing_to_the_notebook(page):
    cells = page.locator(".jp-Cell").count()
    rate = page.locator(".xp input[name=learning_rate]:visible")
    rate.focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowDown", "ArrowRight", "d", "d", "b"):
        page.keyboard.press(key)
    assert rate.input_value() == "0.12"
    assert page.locator(".jp-Cell").count() == cells
    page.wait_for_timeout(300)
    assert run(page, "valley.state['learning_rate']") == 0.12


def test_python_sets_the_state_and_hears_the_progress(page):
    run(page, "setattr(valley, 'state', {'learning_rate': 0.25, 'momentum': 0})")
    lesson = page.locator(".xp", has_text="Descent valley")
    lesson.locator(".xp-mark", has_text="done").wait_for()
    assert lesson.locator("input[name=learning_rate]").input_value() == "0.25"
    lesson.locator(".xp-options input").nth(2).check()
    page.wait_for_timeout(300)
    assert run(page, "valley.progress") == {"prediction": 2, "done": [True, False, False]}


def test_the_learners_neuron_draws_the_line(page):
    lesson = page.locator(".xp", has_text="Boundary lab")
    for name, value in (("w1", "2"), ("w2", "2"), ("b", "0")):
        lesson.locator(f"input[name={name}]").fill(value)
    lesson.locator(".xp-results", has_text="80 of 80 points").wait_for()
    before = run(page, "len(calls)")
    slider = lesson.locator("input[name=w1]")
    slider.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    assert run(page, "set(calls[2:]) == {3680}") is True
    assert 2 <= run(page, "len(calls)") - before <= 20
    assert run(page, "lab.state['w1']") == 4


def test_a_mistake_in_the_learners_function_is_a_sentence(page):
    lesson = page.locator(".xp", has_text="Function and slope")
    run(page, "setattr(slope, 'function', lambda z: z[0])")
    for name in ("tanh", "yours"):
        lesson.locator("select").select_option(name)
        wait_for_state(page, "slope", name)
    run(page, "setattr(slope, 'state', {'alpha': 0.5})")
    words = "Your function stopped with ValueError: for z of shape (801,) it returned shape ()"
    lesson.locator(".xp-note", has_text=words).wait_for()


def test_the_dark_theme_reaches_the_figure(page):
    def paper():
        return page.locator(".xp").first.evaluate("e => getComputedStyle(e).backgroundColor")

    def corner():
        return page.locator(".xp canvas").evaluate(
            "c => [...c.getContext('2d').getImageData(600, 60, 1, 1).data]"
        )

    def theme(name):
        page.evaluate(
            "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })",
            name,
        )
        page.wait_for_selector(f"body[data-jp-theme-name='{name}']", state="attached")
        page.wait_for_timeout(300)

    theme("JupyterLab Light")  # other tests of this server may have left it dark
    light, bright = paper(), corner()
    theme("JupyterLab Dark")
    assert paper() != light
    assert sum(corner()) < sum(bright)
    theme("JupyterLab Light")
    assert paper() == light


def test_without_a_kernel_what_the_browser_computes_lives_on_and_the_rest_says_so(page):
    page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.shutdown()"
    )
    valley = page.locator(".xp", has_text="Descent valley")
    valley.locator("input[name=learning_rate]").fill("0.9")
    assert "runs away" in valley.locator(".xp-results").text_content()
    lesson = page.locator(".xp", has_text="Boundary lab")
    lesson.locator("input[name=w1]").fill("-3")
    lesson.locator(".xp-note", has_text="Python does not answer").wait_for(timeout=8000)


def test_a_reopened_untrusted_notebook_shows_still_pictures_with_their_words(page, lab):
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_timeout(1000)
    address, folder = lab
    content = json.loads((folder / "lesson.ipynb").read_text())
    content["metadata"]["note"] = "changed, so that the notebook is not trusted"
    (folder / "stranger.ipynb").write_text(json.dumps(content))
    stranger = page.context.new_page()
    stranger.goto(f"{address}/lab/workspaces/other/tree/stranger.ipynb?reset")
    image = stranger.locator(".xp-still img, .jp-RenderedHTMLCommon img").first
    image.wait_for(timeout=30_000)
    assert len(image.get_attribute("alt")) > 80
    assert image.evaluate("e => e.complete && e.naturalWidth > 300")
    assert stranger.locator("figcaption", has_text="Still picture").first.is_visible()
    assert stranger.get_by_text("Traceback").count() == 0
    stranger.close()
