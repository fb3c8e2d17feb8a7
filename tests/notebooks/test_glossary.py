"""The glossary: a row for each word, in order, with a sentence and the lesson that explains it."""

import re

import pytest

ROW = re.compile(
    r"\| (?P<word>[^|]+) \| (?P<sentence>[^|]+) \| \[(?P<number>\d\d)\]\((?P<file>[^)]+)\) \|"
)


@pytest.fixture(scope="module")
def rows(root):
    text = (root / "notebooks" / "glossary.md").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ")][1:]
    return [ROW.fullmatch(line) or pytest.fail(f"no row of the glossary: {line}") for line in lines]


def spellings(word):
    """How a lesson may write a word: without what stands in brackets, or only that."""
    inside = re.findall(r"\(([^)]*)\)", word)
    return [re.sub(r" \(.*", "", word).lower(), *(text.lower() for text in inside)]


def test_words_stand_once_and_in_order(rows):
    words = [row["word"].lower() for row in rows]
    assert words == sorted(set(words))


def test_each_word_has_one_plain_sentence(rows):
    assert [row["word"] for row in rows if not re.fullmatch(r".{15,230}\.", row["sentence"])] == []


def test_each_word_is_used_in_its_lesson(rows, root):
    """Said of "Nesterov momentum" by its first half, since the lesson writes Nesterov's."""
    missing = []
    for row in rows:
        lesson = root / "notebooks" / "text" / row["file"].replace(".ipynb", ".md")
        assert row["file"].startswith(row["number"])
        text = re.sub(r"\s+", " ", lesson.read_text("utf-8").lower())
        if not any(way.removesuffix(" momentum") in text for way in spellings(row["word"])):
            missing.append(row["word"])
    assert missing == []


# Bold that is emphasis and no term of the field.
EMPHASIS = {
    "05": {"measure slopes in float64"},
    "07": {"once", "the squares add up"},
    "12": {"one change"},
    "13": {"no fire", "fire"},
    "17": {"were"},
    "20": {"hide each other"},
}


def is_term(bold):
    """Whether it may be a word of the field: few words, and no sentence, heading or number."""
    return bool(re.fullmatch(r"(?![A-Z][a-z]* [a-z])[^\W\d][^.,:;?!*]{1,40}", bold)) and (
        len(bold.split()) <= 4
    )


def forms(bold):
    """How the glossary may write a word that stands in a sentence."""
    word = bold.lower()
    endings = (("", ""), ("s", ""), ("ies", "y"), ("s", "ing"), ("s", "ting"), ("", " unit"))
    return {word.removesuffix(old) + new for old, new in endings if word.endswith(old)}


def test_each_bold_term_of_a_lesson_is_in_the_glossary(rows, root):
    """Of lessons in the new form; tables and lines that begin with bold are left out."""
    known = {way for row in rows for way in spellings(row["word"])}
    missing = {}
    for lesson in sorted((root / "notebooks" / "text").glob("*.md")):
        number, text = lesson.stem[:2], lesson.read_text("utf-8")
        if "\n%%predict " not in text:  # in the old form bold stands for emphasis, too
            continue
        prose = re.sub(r"^```.*?^```|^\|[^\n]*$", "", text, flags=re.S | re.M)
        for bold in re.findall(r"(?<!^)\*\*([^*\n]+)\*\*", prose, flags=re.M):
            emphasis = bold in EMPHASIS.get(number, ())
            if is_term(bold) and not emphasis and not forms(bold) & known:
                missing.setdefault(number, []).append(bold)
    assert missing == {}
