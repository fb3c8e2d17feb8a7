"""What a reader gets from plots.show: in a notebook, in a terminal, with and without eyes."""

import base64
import io
import itertools
import re
import warnings
from html.parser import HTMLParser

import matplotlib.image
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from course_utils import plots
from course_utils.plots.figure import as_png

sentences = st.text(min_size=1).filter(lambda text: text.strip())


class Reader(HTMLParser):
    """What a browser makes of the HTML: the tags in order, their attributes, the caption."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.words = [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.words += data


@pytest.fixture
def shell():
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def a_figure():
    figure, ax = plt.subplots()
    ax.plot([0, 1])
    return figure


def pixels(png):
    return matplotlib.image.imread(io.BytesIO(png), format="png")


def test_a_notebook_gets_one_figure_with_picture_alternative_text_and_caption(shell):
    with capture_output() as captured:
        plots.show(a_figure(), caption="It rises.", alt="A line from 0 to 1.")
    (output,) = captured.outputs
    assert output.data["text/plain"] == "Figure: It rises.\nA line from 0 to 1."
    assert set(output.data) == {"text/html", "text/plain"}
    page = Reader(output.data["text/html"])
    assert [tag for tag, _ in page.tags] == ["figure", "img", "figcaption"]
    image = page.tags[1][1]
    assert image["alt"] == "A line from 0 to 1."
    assert page.words == "It rises."
    assert "max-width: 100%" in image["style"]
    kind, content = image["src"].split(",")
    assert kind == "data:image/png;base64"
    assert pixels(base64.b64decode(content)).ndim == 3


@settings(deadline=None, max_examples=60)
@given(caption=sentences, alt=sentences)
def test_caption_and_alternative_text_come_back_whatever_they_hold(caption, alt):
    figure = plt.figure(figsize=(0.1, 0.1))
    page = Reader(plots.figure.as_html(figure, caption, alt))
    plt.close(figure)
    tags = [tag for tag, _ in page.tags]
    assert tags[:3] == ["figure", "img", "figcaption"]
    assert set(tags[3:]) <= {"code"}
    assert page.tags[1][1]["alt"] == alt
    assert page.words == re.sub("`([^`]+)`", r"\1", caption)


def test_backticks_in_a_caption_mark_code():
    page = plots.figure.as_html(a_figure(), "Rows of `a < b`, 5` wide", "alt")
    assert "<figcaption>Rows of <code>a &lt; b</code>, 5` wide</figcaption>" in page


def test_markup_in_a_caption_stays_text():
    page = plots.figure.as_html(a_figure(), "a < b & <script>", 'say "no" <img onerror=x>')
    assert "<script" not in page
    assert page.count("<img") == 1


def test_outside_a_notebook_the_words_are_printed(capsys):
    plots.show(a_figure(), caption="It rises.", alt="A line.")
    assert capsys.readouterr().out == "Figure: It rises.\nA line.\n"


def test_the_figure_is_closed_so_that_it_is_not_shown_twice(capsys):
    before = plt.get_fignums()
    plots.show(a_figure(), caption="c", alt="a")
    assert plt.get_fignums() == before


def test_axes_and_arrays_of_axes_stand_for_their_figure():
    figure, axes = plt.subplots(2, 2)
    for thing in (figure, axes, axes[0], axes[1, 1]):
        assert plots.figure.figure_of(thing) is figure
    with pytest.raises(TypeError, match="Figure or Axes, got list"):
        plots.show([1], caption="c", alt="a")
    plt.close(figure)


@pytest.mark.parametrize(("caption", "alt"), [("", "a"), ("c", ""), ("c", "  "), (None, "a")])
def test_a_figure_without_words_is_refused(caption, alt):
    figure = a_figure()
    with pytest.raises(ValueError, match=r"show\((caption|alt)="):
        plots.show(figure, caption=caption, alt=alt)
    plt.close(figure)


def test_the_background_is_white_and_opaque_so_that_it_reads_on_dark_pages():
    with plt.style.context("dark_background"):
        plots.use_style()
        picture = pixels(plots.figure.as_png(a_figure()))
    np.testing.assert_array_equal(picture[[0, 0, -1, -1], [0, -1, 0, -1]], 1)
    if picture.shape[2] == 4:
        assert picture[..., 3].min() == 1


def test_pictures_have_200_dpi_and_are_repeated_to_the_byte():
    plots.use_style()
    first, again = (plots.figure.as_png(a_figure()) for _ in range(2))
    assert first == again
    assert b"Matplotlib" not in first
    assert pixels(first).shape[:2] == (720, 1280)
    assert 'width="640"' in plots.figure.as_image(a_figure(), "words"), "on the page, two for one"
    plt.close("all")


def test_a_palette_changes_no_color_that_one_could_see():
    """Of a picture with every color of a map, and of thin lines in the colors of the course."""
    plots.use_style()
    figure, (left, right) = plt.subplots(1, 2)
    left.imshow(np.linspace(-1, 1, 4_096).reshape(64, 64), cmap="RdBu")
    for k, role in enumerate(plots.LINES):
        right.plot([0, 1], [k, k + 0.5], plots.LINES[role], color=plots.COLORS[role])
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=200)
    kept = plots.figure.as_png(figure)
    change = np.abs(pixels(kept)[..., :3] - pixels(drawn.getvalue())[..., :3])
    assert change.max() < 0.1
    assert change.mean() < 0.005
    assert len(kept) < 0.6 * len(drawn.getvalue())
    plt.close(figure)


def contrast_with_white(color):
    """Contrast ratio of WCAG 2.1 (W3C, 2018); 3 is asked of lines, 21 is black on white."""
    rgb = np.array([int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05)


@pytest.mark.parametrize("role", plots.LINES)
def test_every_color_of_a_line_stands_out_from_white(role):
    assert contrast_with_white(plots.COLORS[role]) >= 3


def test_what_meets_in_one_figure_differs_in_color_and_in_line_or_marker():
    together = [
        ("train", "validation"),
        ("train", "test"),
        ("function", "gradient"),
        ("train", "prediction"),
        ("positive", "negative"),
        ("validation", "chosen"),
    ]
    for one, other in together:
        assert plots.COLORS[one] != plots.COLORS[other]
        assert plots.LINES[one] != plots.LINES[other]
    classes = [f"class_{k}" for k in range(10)]
    assert len({plots.COLORS[name] for name in classes}) == 10
    assert len({plots.MARKERS[name] for name in classes}) == 10


def test_a_busy_machine_leaves_no_warning_in_the_notebook(monkeypatch):
    """matplotlib's legend warns by the clock: its search took more than a second."""
    clock = itertools.count(step=2)
    monkeypatch.setattr("matplotlib.legend.time.perf_counter", lambda: next(clock))
    figure, ax = plt.subplots()
    ax.plot([0, 1], label="a line")
    ax.legend()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert as_png(figure).startswith(b"\x89PNG")
    assert next(clock) > 0
    plt.close(figure)
