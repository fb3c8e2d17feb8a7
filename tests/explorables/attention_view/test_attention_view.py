"""Attention view: its weights, its facts, its tasks, and the learner's own attention."""

import numpy as np
import pytest

from course_utils.explorables import AttentionView
from course_utils.explorables.attention_view.figure import MOST, heads_input, weights_of, words_of

STATES = [
    {},
    {"mask": False, "places": False},
    {"same": 0, "after": 6, "back": 2.5},
    {"sentence": "the dog saw the other dog, and the dog ran.", "after": 4, "mask": False},
    {"sentence": "one"},
    {"sentence": " ".join(f"w{k % 7}" for k in range(40)), "back": 8, "word": 20},
    {"sentence": "?!", "same": 8},
    {"sentence": ""},
]


def attention(q, k, v, mask=None):
    """What a learner would write."""
    scores = q @ k.T / np.sqrt(k.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True) @ v


@pytest.mark.parametrize("changed", STATES)
def test_browser_numpy_and_a_learners_function_give_the_same_weights(module, changed):
    state = AttentionView(**changed).state
    expected = weights_of(state)
    browser = module("attention_view", "m.weightsOf(a)", state)
    np.testing.assert_allclose(browser, expected, atol=1e-6)
    theirs = AttentionView(attention=attention, **changed).values(state)
    np.testing.assert_allclose(theirs, expected, atol=1e-12)


@pytest.mark.parametrize("changed", STATES)
def test_browser_and_python_cut_a_sentence_into_the_same_words(module, changed):
    sentence = AttentionView(**changed).state["sentence"]
    assert module("attention_view", "m.wordsOf(a)", sentence) == words_of(sentence)
    assert len(words_of(sentence)) <= MOST


@pytest.mark.parametrize("changed", STATES)
def test_rows_sum_to_one_and_the_mask_hides_what_comes_later(changed):
    weights = weights_of(AttentionView(**{**changed, "mask": True}).state)
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    assert not np.triu(weights, 1).any()


def test_a_fit_scores_as_much_as_its_dial_says():
    state = AttentionView(same=3, after=0, back=0).state
    q, k, _ = heads_input(state)
    scores = q @ k.T / np.sqrt(k.shape[1])
    assert scores[8, 1] == pytest.approx(3)  # Mr. and Mr.
    assert scores[8, 2] == pytest.approx(0)


def test_looking_for_what_came_after_finds_perry_and_only_with_places():
    found = weights_of(AttentionView(same=0, after=6).state)
    assert found[8].argmax() == 2
    assert found[8, 2] > 0.9
    lost = weights_of(AttentionView(same=0, after=6, places=False).state)
    np.testing.assert_allclose(lost[8], 1 / 9)


def test_without_mask_and_places_two_copies_of_a_word_are_twins():
    weights = weights_of(AttentionView(mask=False, places=False, back=5).state)
    np.testing.assert_allclose(weights[1], weights[8])
    for kept in ({"mask": True, "places": False}, {"mask": False, "places": True}):
        weights = weights_of(AttentionView(back=5, **kept).state)
        assert np.abs(weights[1] - weights[8]).max() > 0.01


def test_an_attention_of_another_shape_is_named():
    figure = AttentionView(attention=lambda q, k, v, mask: (q @ k.T)[:2])
    with pytest.raises(ValueError, match=r"expected the shape \(9, 9\)"):
        figure.values(figure.state)


def test_the_still_picture_says_who_looks_at_whom():
    figure, alt = AttentionView(same=0, after=6).still(AttentionView(same=0, after=6).state)
    assert "word 3, Perry" in alt
    assert len(figure.axes) == 2


def test_the_tasks_are_done_as_they_say_and_not_before(open_page):
    page = open_page("attention_view")
    marks = page.locator(".xp-mark")
    assert marks.all_text_contents() == ["open"] * 3
    page.locator("input[name=same]").fill("0")
    page.locator("input[name=after]").fill("6")
    assert marks.all_text_contents() == ["done", "open", "open"]
    page.locator("input[name=after]").fill("0")
    answer = page.get_by_label("Your answer to task 2")
    for wrong, words in [("1/9", "all nine words"), ("0.25", "look at itself"), ("0", "e to the")]:
        answer.fill(wrong.replace("1/9", "0.111"))
        answer.press("Enter")
        assert words in page.locator(".xp-tasks li").nth(1).text_content()
    answer.fill("20 %")
    answer.press("Enter")
    assert marks.all_text_contents() == ["done", "done", "open"]
    page.locator("input[name=back]").fill("5")
    page.locator("input[name=mask]").uncheck()
    assert marks.nth(2).text_content() == "open"
    page.locator("input[name=places]").uncheck()
    assert marks.nth(2).text_content() == "done"


def test_a_click_on_a_row_lets_that_word_ask(open_page):
    page = open_page("attention_view")
    box = page.locator(".xp svg[role=img]").bounding_box()
    scale = box["width"] / 640
    page.mouse.click(box["x"] + 200 * scale, box["y"] + (46 + 2.5 * 27.7) * scale)
    assert page.locator("input[name=word]").input_value() == "3"
    assert "Word 3, “Perry”" in page.locator(".xp-results").text_content()


def test_the_field_shows_the_sentence_and_takes_another(open_page):
    page = open_page("attention_view")
    field = page.locator("input[name=sentence]")
    assert field.input_value() == "When Mr. Perry came they all rose and Mr."
    field.fill("the dog saw the cat")
    field.press("Enter")
    assert "Word 5, “cat”" in page.locator(".xp-results").text_content()
    assert field.input_value() == "the dog saw the cat"
    page.get_by_role("button", name="Reset").click()
    assert field.input_value() == "When Mr. Perry came they all rose and Mr."
