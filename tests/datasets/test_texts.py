"""The declaration, the novels, and the vectors of words."""

import unicodedata
import zlib

import numpy as np
import pytest

from course_utils.data.building import texts as building
from course_utils.datasets import load_declaration, load_glove, load_novel


def test_every_article_is_there_in_every_language():
    data = load_declaration()
    assert data.x.shape == data.y.shape == data.groups.shape == (900,)
    assert len(data.class_names) == len(set(data.class_names)) == 30
    assert round(data.baseline, 2) == 0.03
    assert all(isinstance(text, str) and 40 < len(text) < 1500 for text in data.x)
    english = data.x[(data.y == data.class_names.index("English")) & (data.groups == 1)]
    assert english[0].startswith("All human beings are born free and equal in dignity and rights.")
    assert not [text for text in data.x if "<" in text or "&" in text]


def test_the_declaration_is_in_latin_letters_in_composed_form():
    letters = {c for text in load_declaration().x for c in text if c.isalpha()}
    assert all("LATIN" in unicodedata.name(c) or c in "ªº" for c in letters)


def test_letters_alone_tell_languages_apart_on_unseen_articles():
    data = load_declaration()
    alphabet = sorted(set("".join(data.x)))
    counts = np.array([[text.count(c) for c in alphabet] for text in data.x], float)
    frequencies = np.sqrt(counts / counts.sum(axis=1, keepdims=True))
    train = data.groups <= 20
    means = np.stack([frequencies[train & (data.y == k)].mean(axis=0) for k in range(30)])
    nearest = (frequencies[~train] @ means.T - (means**2).sum(axis=1) / 2).argmax(axis=1)
    assert np.mean(nearest == data.y[~train]) > 0.9


def test_articles_split_by_number():
    x_train, _, x_test, y_test = load_declaration().split(by_group=True)
    assert (len(x_train), len(x_test)) == (720, 180)
    np.testing.assert_array_equal(np.bincount(y_test), 6)


@pytest.mark.parametrize(
    ("name", "first", "someone", "length"),
    [
        ("emma", "EMMA\n", "Mr. Knightley", 883_028),
        ("persuasion", "Persuasion\n", "Captain Wentworth", 466_854),
    ],
)
def test_a_novel_is_whole(name, first, someone, length):
    novel = load_novel(name)
    assert novel.text.startswith(first)
    assert novel.text.rstrip()[-4:].lower() == "inis"
    assert len(novel.text) == length
    assert novel.text.count(someone) > 100
    assert "Gutenberg" not in novel.text
    assert str(novel.year) in novel.source


def test_an_unknown_novel_is_refused():
    with pytest.raises(ValueError, match=r"'sanditon'.*'emma' or 'persuasion'"):
        load_novel("sanditon")


def test_strings_of_r_are_read():
    lines = ["Emma", "", "häng"]
    header = b"X\n" + bytes(12) + b"\x00\x00\x00\x05UTF-8" + bytes(4)
    strings = b"".join(
        bytes(4) + len(line.encode()).to_bytes(4, "big") + line.encode() for line in lines
    )
    content = header + (3).to_bytes(4, "big") + strings
    packed = len(content).to_bytes(4, "big") + zlib.compress(content)
    for unpacked in building.r_objects(packed + packed):
        assert building.r_strings(unpacked) == lines


def cosines(vectors, word):
    x = vectors.vectors / np.linalg.norm(vectors.vectors, axis=1, keepdims=True)
    return x @ x[vectors.index[word]]


def test_words_that_mean_alike_lie_close():
    vectors = load_glove()
    assert vectors.vectors.shape == (10_000, 50)
    assert vectors.vectors.dtype == np.float32
    assert vectors.words[0] == "the"
    assert len(set(vectors.words)) == 10_000
    for word, neighbors in (("dog", {"cat", "dogs"}), ("seven", {"six", "eight"})):
        nearest = np.argsort(-cosines(vectors, word))[1:7]
        assert neighbors <= {vectors.words[row] for row in nearest}


def test_fewer_words_are_the_commonest():
    few, all_words = load_glove(100), load_glove()
    assert few.words == all_words.words[:100]
    np.testing.assert_array_equal(few.vectors, all_words.vectors[:100])
    np.testing.assert_array_equal(few["the"], all_words["the"])
    assert "the" in few
    assert "dog" not in few
    with pytest.raises(ValueError, match=r"words=0.*1 to 10,000"):
        load_glove(0)
    with pytest.raises(KeyError, match=r"'King' is not among.*lower case"):
        all_words["King"]
