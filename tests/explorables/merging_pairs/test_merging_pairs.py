"""Merging pairs: its merges against the course's own Python, its fact, its tasks."""

import pytest

from course_utils.explorables import MergingPairs
from course_utils.explorables.merging_pairs.figure import START, merged

TEXTS = [
    START,
    "banana",
    "aaaa aaa aa a",
    "she sells sea shells",
    "l'été  à  l'école",
    'a "b" <c> a "b" <c>',
    "abababab abababab",
    "",
    " ",
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_browser_merges_as_python_does(module, text):
    found = module(
        "merging_pairs", "a.map(([t, n]) => m.merged(t, n))", [[text, n] for n in range(8)]
    )
    for n, here in enumerate(found):
        words, merges, counts = merged(text, n)
        assert here["words"] == words
        assert here["merges"] == [list(pair) for pair in merges]
        ranked = [(tuple(each["pair"]), each["count"]) for each in here["ranked"]]
        assert ranked == counts.most_common()


@pytest.mark.parametrize("text", TEXTS)
def test_each_merge_shortens_the_text_and_loses_no_letter(text):
    lengths = []
    for n in range(8):
        words, merges, _ = merged(text, n)
        assert ["".join(word) for word in words] == text.split()
        if len(merges) == n:
            lengths.append(sum(map(len, words)))
    assert lengths == sorted(set(lengths), reverse=True)


def test_the_words_of_the_start_become_whole_though_nobody_named_them():
    words, merges, _ = merged(START, 20)
    assert words == [[word] for word in START.split()]
    assert merges == [("t", "e"), ("te", "a"), ("tea", "m"), ("s", "team")]


def test_where_no_pair_occurs_twice_nothing_is_joined():
    assert merged("banana", 20)[:2] == ([["b", "an", "an", "a"]], [("a", "n")])
    assert merged("abc", 5)[:2] == ([["a", "b", "c"]], [])


def test_the_tasks_check_themselves(open_page):
    page = open_page("merging_pairs")
    marks, merges = page.locator(".xp-mark"), page.locator("input[name=merges]")
    merges.fill("3")
    assert marks.all_text_contents() == ["open"] * 3
    merges.fill("4")
    assert marks.all_text_contents() == ["done", "open", "open"]

    answer = page.get_by_label("Your answer to task 2")
    for wrong, words in [("9", "That is one merge"), ("17", "So many are left")]:
        answer.fill(wrong)
        answer.press("Enter")
        assert words in page.locator(".xp-tasks li").nth(1).text_content()
    answer.fill("18")
    answer.press("Enter")
    assert marks.all_text_contents() == ["done", "done", "open"]

    text = page.locator("input[name=text]")
    for typed, mark in [("abcdefgh abcdefgh", "open"), ("abababab abababab", "done")]:
        text.fill(typed)
        text.press("Enter")
        assert marks.nth(2).text_content() == mark


def test_what_is_typed_is_text_however_long(open_page):
    page = open_page("merging_pairs")
    text, words = page.locator("input[name=text]"), page.locator(".xp-results")
    text.fill('<b>&"x"</b> <b>&"x"</b>')
    text.press("Enter")
    assert page.locator(".xp svg[role=img] b").count() == 0
    assert "22 tokens, 0 merges" in words.text_content()
    text.fill("m" * 200)
    text.press("Enter")
    page.locator("input[name=merges]").fill("20")
    assert "No pair occurs twice" in words.text_content()


def test_an_empty_text_is_no_error(show):
    page, errors = show(MergingPairs(text="", merges=3))
    assert "Type a few words" in page.locator(".xp-results").text_content()
    assert errors == []


def test_the_still_picture_names_the_tokens_and_the_commonest_pair():
    figure = MergingPairs(merges=2)
    _, alt = figure.still(figure.state)
    assert "s·tea·m" in alt
    assert "tea m: 5" in alt
