"""The cards as a learner meets them: answers are typed in, and what appears on the page is read."""

import pytest

EXERCISE = "exercises/02_activation_functions.ipynb"
ABSOLUTE = "def relu(z):\n    return np.abs(z)"
RIGHT = "def relu(z):\n    return np.maximum(z, 0)"
RAISES = "def relu(z):\n    return z @ z.T @ z.ravel()"
THEMES = ("JupyterLab Light", "JupyterLab Dark")

# The smallest contrast of any text in the last card, as WCAG defines it, from what is painted.
CONTRAST = """() => {
  const numbers = color => color.match(/[\\d.]+/g).map(Number);
  const parse = color =>
    color.startsWith("color(srgb") ? numbers(color).map(v => v * 255) : numbers(color);
  const painted = element => {  // the first background behind an element that isn't transparent
    const color = numbers(getComputedStyle(element).backgroundColor);
    return color.length === 4 && color[3] === 0 ? painted(element.parentElement) : color;
  };
  const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const cards = document.querySelectorAll(".course-card");
  const card = cards[cards.length - 1];
  const back = light(painted(card));
  const ratios = [...card.querySelectorAll("p, th, td, pre, code, span")].map(element => {
    const front = light(parse(getComputedStyle(element).color));
    return (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
  });
  return Math.min(...ratios);
}"""


def open_exercise(open_notebook, theme):
    notebook = open_notebook(EXERCISE, theme)
    for tag in ("setup", "given"):
        notebook.run(notebook.find(tag))
    return notebook


def answer(notebook, source):
    """Write an answer to `relu`, run it, and return the card of its check."""
    notebook.write(notebook.find("answer", "relu"), source)
    notebook.run(notebook.find("answer", "relu"))
    return ask(notebook, "check(relu)")


def ask(notebook, call):
    """Run a call in the cell of the check, and return what it shows."""
    index = notebook.find("check", "(relu)")
    notebook.write(index, call)
    return notebook.run(index)


@pytest.mark.parametrize("theme", THEMES)
def test_wrong_answer_is_told_what_is_wrong_with_it(open_notebook, page, theme):
    notebook = open_exercise(open_notebook, theme)
    card = answer(notebook, ABSOLUTE)
    notebook.screenshot(f"card-wrong-{theme.split()[1].lower()}", notebook.find("check", "relu"))
    assert "incorrect: relu" in card
    assert "You took the absolute value" in card
    assert "[2.0, 0.0, 3.0]" in card
    assert page.evaluate(CONTRAST) >= 4.5
    assert page.errors == []


def test_every_card_of_a_learners_way_says_what_comes_next(open_notebook):
    notebook = open_exercise(open_notebook, THEMES[0])
    place = notebook.find("check", "(relu)")

    before = ask(notebook, "check(relu)")
    assert "missing: relu" in before
    assert "Run the cell above" in before

    notebook.run(notebook.find("answer", "relu"))
    assert "not attempted: relu" in ask(notebook, "check(relu)")
    assert "Try first" in ask(notebook, "solution(relu)")
    assert "Hint 1 of 3" in ask(notebook, "hint(relu)")
    assert "Hint 2 of 3" in ask(notebook, "hint(relu)")
    notebook.screenshot("card-hint", place)

    raised = answer(notebook, RAISES)
    assert "error: relu" in raised
    assert "return z @ z.T @ z.ravel()" in raised
    assert "course_utils" not in raised
    notebook.screenshot("card-error", place)

    solution = ask(notebook, "solution(relu)")
    assert "return np.maximum(z, 0)" in solution
    assert "What did yours miss?" in solution
    notebook.screenshot("card-solution", place)

    assert "✓" in (right := answer(notebook, RIGHT))
    assert "correct: relu" in right
    notebook.screenshot("card-right", place)

    assert "1 of 8 solved" in notebook.run(notebook.find("show", "progress()"))
    notebook.screenshot("card-progress", notebook.find("show", "progress()"))


def test_buttons_give_hints_that_stay_and_checking_again_spends_none(open_notebook, page):
    notebook = open_exercise(open_notebook, THEMES[0])
    answer(notebook, ABSOLUTE)
    cell = notebook.locator(notebook.find("check", "relu"))
    for rung in (1, 2):
        cell.get_by_role("button", name="Hint for relu").click()
        cell.get_by_text(f"Hint {rung} of 3 for relu").wait_for()
    for _ in range(3):
        ask(notebook, "check(relu)")
    cell.get_by_text("Hint 2 of 3 for relu").wait_for()
    assert "Each element is treated by itself" in cell.inner_text()  # the first is still there
    assert "np.maximum(z, 0)" not in cell.inner_text()
    cell.get_by_role("button", name="Solution of relu").click()
    cell.get_by_text("A solution of relu").wait_for()
    cell.get_by_role("button", name="Try relu again from the start").click()
    cell.get_by_text("is back in the cell of your answer").wait_for()
    notebook.screenshot("card-buttons", notebook.find("check", "relu"))
    place = notebook.find("answer", "relu")
    assert "your code here" in notebook.cells()[place]["source"]
    assert "np.abs" not in notebook.cells()[place]["source"]
    notebook.locator(place).locator(".cm-content").press("ControlOrMeta+z")
    assert notebook.cells()[place]["source"] == ABSOLUTE
