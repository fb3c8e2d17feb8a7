"""The three textures and the pieces cut out of them."""

import numpy as np
import pytest

from course_utils.datasets import load_texture_crops, load_textures


def test_pictures_are_gray_and_large_and_differ():
    data = load_textures()
    assert data.pictures.shape == (3, 512, 512)
    assert data.pictures.dtype == np.float32
    assert 0 <= data.pictures.min() < 0.1 < 0.9 < data.pictures.max() <= 1
    assert data.class_names == ("brick", "grass", "gravel")
    # Bricks are flat: most pixels are like their neighbors, as in no heap of stalks or stones.
    steps = np.median(np.abs(np.diff(data.pictures, axis=2)), axis=(1, 2))
    assert steps[0] < steps[1:].min() / 2


def test_left_and_right_pieces_share_no_pixel():
    left, right = load_texture_crops("left", 500), load_texture_crops("right", 500)
    assert left.groups.max() + 24 <= right.groups.min()
    assert right.groups.max() + 24 <= 512
    whole = load_texture_crops("whole", 500)
    assert whole.groups.min() < 20
    assert whole.groups.max() > 460


def test_every_piece_is_found_in_its_picture():
    data = load_texture_crops("right", count=3, size=16, standardize=False)
    pictures = load_textures().pictures
    for piece, label, column in zip(data.images, data.y, data.groups, strict=True):
        strip = pictures[label][:, column : column + 16]
        rows = np.lib.stride_tricks.sliding_window_view(strip, (16, 16))[:, 0]
        assert (rows == piece).all(axis=(1, 2)).any()


def test_pieces_have_equal_brightness_and_contrast():
    x = load_texture_crops("left", 50).x
    np.testing.assert_allclose(x.mean(axis=1), 0, atol=1e-4)
    np.testing.assert_allclose(x.std(axis=1), 1, atol=1e-3)


def test_the_seed_decides_the_pieces():
    np.testing.assert_array_equal(load_texture_crops(seed=3).x, load_texture_crops(seed=3).x)
    assert not np.array_equal(load_texture_crops(seed=3).x, load_texture_crops(seed=4).x)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"part": "top"}, r"part='top'.*'left', 'right' or 'whole'"),
        ({"part": "right", "size": 172}, r"size=172.*1 to 171 pixels"),
        ({"count": 0}, r"count=0.*at least 1"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        load_texture_crops(**arguments)
