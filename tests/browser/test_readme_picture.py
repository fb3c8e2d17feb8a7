"""The picture in README.md: what a learner sees after a wrong answer."""

EXERCISE = "exercises/02_activation_functions.ipynb"
WRONG = """def relu(z):
    \"\"\"Rectified linear unit.

    z: array of any shape. Returns an array of the same shape.
    \"\"\"
    return np.abs(z)"""


def test_question_answer_and_card_fit_on_one_screen(open_notebook, page):
    page.set_viewport_size({"width": 1120, "height": 800})
    notebook = open_notebook(EXERCISE)
    notebook.command("application:toggle-left-area")
    for tag in ("setup", "given"):
        notebook.run(notebook.find(tag))
    notebook.write(notebook.find("answer", "relu"), WRONG)
    notebook.run(notebook.find("answer", "relu"))
    notebook.run(notebook.find("check", "check(relu)"))
    question = notebook.locator(notebook.find("question", "`relu`"))
    question.evaluate("element => element.scrollIntoView()")
    notebook.screenshot("exercise")
    card = page.locator(".course-card").bounding_box()
    assert question.bounding_box()["y"] >= 0
    assert card["y"] + card["height"] <= 800
