"""The card: the same content as text and as HTML, readable in both themes, escaped, steady."""

import html
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markupsafe import Markup

from course_utils.checking.card import (
    COLORS,
    STYLE,
    as_html,
    as_text,
    card,
    message_card,
    panel,
    style_sheet,
)
from course_utils.checking.data import verdict as v
from course_utils.checking.data.question import Exercise
from course_utils.checking.data.verdict import Evidence, Verdict
from course_utils.checking.markdown import phrase, prose
from course_utils.learning.overview import bar, overview
from course_utils.learning.progress import Record

THEMES = Path(sys.prefix) / "share" / "jupyter" / "lab" / "themes" / "@jupyterlab"
FULL = Verdict(
    "relu",
    v.INCORRECT,
    "You took `np.max`; a ReLU is **elementwise**.",
    "`hint(relu)` helps.",
    "misconception 1",
    Evidence(
        "relu(z)",
        (("z", "[-1.0, 2.0] of shape (2,)"),),
        "2.0",
        "[0.0,\n 2.0] of shape (2,)",
        "entry 0: you have <1>, expected 2",
        "ValueError: a < b & c",
    ),
    ("NumPy warned.",),
)


class Words(HTMLParser):
    """The text that a reader of the page meets, without styles."""

    def __init__(self, page):
        super().__init__()
        self.words, self.skip = [], False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.skip = tag == "style" or self.skip

    def handle_endtag(self, tag):
        self.skip = self.skip and tag != "style"

    def handle_data(self, data):
        if not self.skip:
            self.words.append(data)

    def __str__(self):
        return " ".join("".join(self.words).split())


def letters(text):
    """What is said, without layout and marks."""
    return re.sub(r"[\s`*:]", "", text)


@pytest.mark.parametrize("kind", v.KINDS)
def test_every_verdict_begins_with_icon_and_word(kind):
    text = as_text(Verdict("relu", kind, "Why.", "Next."))
    assert text.splitlines()[0][1:] == f" {kind}: relu"
    assert text.endswith("Why.\nNext.")


def test_text_and_html_have_the_same_content():
    text = letters(as_text(FULL))
    page = letters("".join(Words(as_html(FULL)).words))
    assert sorted(text) == sorted(page)
    for part in ("-1.0,2.0", "elementwise", "a<b&c", "NumPywarned", "Workthiscasebyhand"):
        assert part in text
        assert part in page


def test_values_over_several_lines_are_indented_below_their_label():
    assert "  expected: [0.0,\n     2.0] of shape (2,)\n" in as_text(FULL)


def test_card_is_announced_and_its_icon_is_not_read():
    page = as_html(FULL)
    assert 'role="status"' in page
    assert '<span class="icon" aria-hidden="true">✗</span>' in page
    assert page.count('scope="row">') == 5


def test_nothing_of_an_answer_becomes_html():
    script = "<script>alert(1)</script>"
    bad = Verdict(script, v.ERROR, script, script, "", Evidence(script, (), script), (script,))
    page = as_html(bad)
    assert "<script" not in page
    assert page.count(html.escape(script)) == 6
    assert "<script" not in message_card(script, f"{script}\n```\n{script}\n```", "bad").html


def test_little_markdown_is_understood():
    page = prose("First `a < b`.\n\nSecond **bold**.\n```python\nx = 1\n\ny = 2\n```\nLast.")
    assert page == (
        "<p>First <code>a &lt; b</code>.</p><p>Second <b>bold</b>.</p>"
        "<pre>x = 1\n\ny = 2</pre><p>Last.</p>"
    )


def test_names_and_values_in_a_sentence_are_left_as_they_are():
    for said in ("`a_b` is __init__", "[0](1) - 2", "&amp; <b>", r"C:\n", "1. first", "# no"):
        page = html.unescape(str(phrase(said)))
        assert re.sub("</?code>", "`", page) == said
    assert prose("- a\n- b\n\n    c") == "<p>- a\n- b</p><p>c</p>"


def test_a_panel_escapes_a_text_and_leaves_what_is_done():
    assert "&lt;script&gt;" in panel("<script>", "still")
    assert "<i>x</i>" in panel(Markup("<i>x</i>"), "still")


def test_a_learners_name_and_problem_stay_text_in_the_table_of_progress():
    script = "<script>alert(1)</script>"
    exercise = Exercise("02_topic" + script, "02", 0, (), (Named(script),))
    page = overview(exercise, {}, script).html
    assert "<script" not in page
    assert page.count(html.escape(script)) == 4  # the title twice


def test_card_is_deterministic_and_has_both_forms():
    made = card(FULL)
    assert made._repr_mimebundle_() == card(FULL)._repr_mimebundle_()
    assert made._repr_mimebundle_() == {"text/plain": repr(made), "text/html": made.html}


def test_only_a_case_with_an_expected_value_is_to_be_worked_by_hand():
    assert "Work this case" in as_text(FULL)
    assert "Work this case" not in as_text(Verdict("f", v.ERROR, "It raised.", "Look."))


# Contrast after WCAG 2.2, section 1.4.3, with colors read from JupyterLab's own themes.


def theme(name):
    css = (THEMES / f"theme-{name}-extension" / "index.css").read_text("utf-8")
    return dict(re.findall(r"(--jp-[\w-]+):\s*([^;}]+)", css))


def rgba(text, variables):
    text = text.strip()
    if found := re.fullmatch(r"var\((--[\w-]+)(?:,(.+))?\)", text):
        return rgba(variables.get(found[1]) or found[2], variables)
    if text.startswith("#"):
        digits = text[1:] if len(text) == 7 else "".join(2 * c for c in text[1:])
        return (*(int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)), 1.0)
    if text.startswith("rgba"):
        r, g, b, a = map(float, re.findall(r"[\d.]+", text))
        return r / 255, g / 255, b / 255, a
    return {"white": (1.0, 1.0, 1.0, 1.0), "black": (0.0, 0.0, 0.0, 1.0)}[text]


def over(front, back):
    a = front[3]
    return (*(a * f + (1 - a) * b for f, b in zip(front[:3], back[:3], strict=True)), 1.0)


def mixed(a, b, share):
    """CSS' color-mix in srgb, with premultiplied alpha."""
    alpha = share * a[3] + (1 - share) * b[3]
    parts = zip(a[:3], b[:3], strict=True)
    return (*((share * x * a[3] + (1 - share) * y * b[3]) / alpha for x, y in parts), alpha)


def contrast(front, back):
    def light(color):
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color[:3]]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    bright, dim = sorted((light(over(front, back)), light(back)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_contrast_of_black_on_white_is_21():
    assert contrast((0, 0, 0, 1), (1, 1, 1, 1)) == pytest.approx(21)


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("background", ["--jp-layout-color0", "--jp-layout-color1"])
def test_all_text_of_a_card_has_a_contrast_of_4_5(name, background):
    variables = theme(name)
    back = rgba(variables[background], variables)
    text = rgba(variables["--jp-content-font-color1"], variables)
    label = rgba(variables["--jp-content-font-color2"], variables)
    share = int(re.search(r"\.icon\{color:color-mix\(in srgb,var\(--tone\) (\d+)%", STYLE)[1]) / 100
    tones = [rgba(tone, variables) for tone in re.findall(r"--tone:(#\w+)", STYLE)]
    assert len(tones) == 3
    for color in (text, label, *(mixed(tone, text, share) for tone in tones)):
        assert contrast(color, back) >= 4.5
    for tone in tones:  # the bar at the left is no text: 3:1, section 1.4.11
        assert contrast(tone, back) >= 3


def test_style_names_no_other_color():
    rest = re.sub(r"--tone:#\w+", "", STYLE)
    assert not re.search(r"#[0-9a-f]{3}|rgb\(|(?<![-\w])(white|black)(?![-\w])", rest)


# The table of progress.


def overview_of(records, problem=""):
    exercise = Exercise("02_topic", "02 Topic", 0, (), tuple(map(Named, ("relu", "softmax"))))
    return overview(exercise, records, problem)


class Named:
    def __init__(self, name):
        self.name = name


def test_progress_says_the_same_as_text_and_as_html():
    made = overview_of({"relu": Record(2, 1, False, "2026-01-01T00:00:00+00:00")}, "Not written.")
    assert made.text.splitlines() == [
        "02_topic: 1 of 2 solved",
        "██████████░░░░░░░░░░",
        "question  state     attempts  hints",
        "relu      ✓ solved         2      1",
        "softmax   ○ open           0      0",
        "Not written.",
    ]
    words = str(Words(made.html))
    assert "✓ solved21" in words
    assert "Not written." in words
    assert '<progress value="1" max="2" aria-label="02_topic: 1 of 2 solved">' in made.html


def test_bar_is_empty_and_full_at_its_ends():
    assert (bar(0, 3), bar(3, 3), bar(0, 0)) == ("░" * 20, "█" * 20, "░" * 20)


# The style.


def test_a_card_carries_no_style_sheet_and_is_a_card_without_one():
    page = as_html(FULL)
    assert "<style" not in page
    assert re.search(r'<div class="course-card \w+" style="border-left:4px solid #\w+;', page)
    cells = re.findall(r"<t[hd][^>]*>", page)
    assert cells
    assert all("text-align:left" in cell for cell in cells)


def test_the_colors_of_a_card_are_those_of_the_style_sheet():
    for name, color in COLORS.items():
        assert f".course-card.{name}{{--tone:{color}}}" in style_sheet()
