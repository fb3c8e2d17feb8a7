"""The emoji in two styles."""

import numpy as np
import pytest

from course_utils.data.building import pictures
from course_utils.datasets import load_emoji


def test_both_styles_show_the_same_objects_in_the_same_rows():
    google, twitter = load_emoji("google"), load_emoji("twitter")
    np.testing.assert_array_equal(google.groups, twitter.groups)
    np.testing.assert_array_equal(google.y, np.repeat(np.arange(8), 100))
    assert google.images.shape == (800, 32, 32, 3)
    # For many objects the nearest of the 800 other drawings is that of the same object.
    a, b = (x - x.mean(axis=0) for x in (google.x, twitter.x))
    a, b = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (a, b))
    alike = a @ b.T
    assert np.mean(alike.argmax(axis=1) == np.arange(800)) > 0.3


def test_no_object_is_there_twice():
    data = load_emoji()
    assert len(set(data.groups)) == 800
    assert len(np.unique(data.x, axis=0)) > 790
    names = " ".join(data.groups)
    assert names.count("clock") <= 3


def test_colors_are_red_green_blue_on_white():
    data = load_emoji()
    apple = data.images[list(data.groups).index("green apple")]
    assert apple[16, 16, 1] > apple[16, 16, 2] + 0.2
    np.testing.assert_array_equal(apple[0, 0], 1)
    assert data.feature_names[:4] == ("red_0_0", "green_0_0", "blue_0_0", "red_0_1")


def test_a_style_that_nobody_ships_is_refused():
    with pytest.raises(ValueError, match=r"style='apple'.*'google' or 'twitter'"):
        load_emoji("apple")


@pytest.mark.parametrize(
    ("names", "same"),
    [
        (("female-cook", "male-cook"), True),
        (("man-woman-girl", "family_adult_child"), True),
        (("clock1", "clock1230"), True),
        (("dog", "cat"), False),
    ],
)
def test_variants_of_one_object_are_recognized(names, same):
    objects = {pictures.what({"short_name": name}) for name in names}
    assert (len(objects) == 1) == same
