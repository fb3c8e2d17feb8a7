"""The data sets that come as files: their shapes, their values, and what happens to damage."""

import hashlib
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sklearn.datasets

from course_utils import datasets
from course_utils.datasets import files

ROOT = Path(__file__).parents[2]

LOADERS = {
    "penguins": (datasets.load_penguins, (333, 8), 2, 0.50),
    "penguin species": (lambda: datasets.load_penguins("species"), (333, 4), 3, 0.44),
    "breast cancer": (datasets.load_breast_cancer, (569, 30), 2, 0.63),
    "digits": (datasets.load_digits, (1797, 64), 10, 0.10),
    "mnist": (datasets.load_mnist_5k, (5000, 784), 10, 0.10),
    "mnist1d": (datasets.load_mnist1d, (5000, 40), 10, 0.10),
    "spoken digits": (datasets.load_spoken_digits, (3000, 40, 13), 10, 0.10),
    "textures": (datasets.load_texture_crops, (1200, 576), 3, 0.33),
    "emoji": (datasets.load_emoji, (800, 3072), 8, 0.12),
    "emoji of Twitter": (lambda: datasets.load_emoji("twitter"), (800, 3072), 8, 0.12),
}
OTHERS = (
    datasets.load_textures,
    datasets.load_trunk,
    datasets.load_declaration,
    datasets.load_novel,
    datasets.load_glove,
    datasets.load_voices,
)


@pytest.fixture(params=LOADERS)
def loaded(request):
    load, shape, classes, baseline = LOADERS[request.param]
    return load(), shape, classes, baseline


def test_shapes_types_names_and_classes_fit_together(loaded):
    data, shape, classes, _ = loaded
    assert data.x.shape == shape
    assert data.y.shape == shape[:1]
    assert data.x.dtype == np.float32
    assert data.y.dtype == np.int64
    assert np.isfinite(data.x).all()
    assert len(data.feature_names) == shape[-1] == len(set(data.feature_names))
    assert len(data.class_names) == classes
    assert sorted(set(data.y)) == list(range(classes))


def test_description_states_the_true_baseline(loaded):
    data, _, _, baseline = loaded
    assert round(data.baseline, 2) == baseline
    assert f"right for {baseline:.2f}" in data.description


def test_every_set_names_a_source_and_a_license_that_data_licenses_lists(loaded):
    data = loaded[0]
    assert len(data.source) > 30
    assert f"| {data.license} |" in (ROOT / "DATA_LICENSES.md").read_text()


@pytest.mark.parametrize("load", OTHERS[:-1], ids=lambda load: load.__name__)
def test_what_is_no_table_names_a_source_and_a_listed_license_too(load):
    data = load()
    assert len(data.source) > 30
    assert f"| {data.license} |" in (ROOT / "DATA_LICENSES.md").read_text()


def test_two_loads_do_not_share_memory(loaded):
    load = next(
        load for load, *_ in LOADERS.values() if load().description == loaded[0].description
    )
    load().x[:] = 7
    np.testing.assert_array_equal(load().x, loaded[0].x)


def test_digits_and_breast_cancer_equal_scikit_learns():
    peer, ours = sklearn.datasets.load_digits(), datasets.load_digits()
    np.testing.assert_array_equal(ours.x, peer.data / 16)
    np.testing.assert_array_equal(ours.images[5], peer.images[5] / 16)
    np.testing.assert_array_equal(ours.y, peer.target)
    peer, ours = sklearn.datasets.load_breast_cancer(), datasets.load_breast_cancer()
    np.testing.assert_allclose(ours.x, peer.data, rtol=1e-6)
    np.testing.assert_array_equal(ours.y, 1 - peer.target)
    assert ours.feature_names[7] == "mean_concave_points"
    assert peer.feature_names[7] == "mean concave points"


def test_breast_cancer_keeps_the_first_columns():
    eight = datasets.load_breast_cancer(features=8)
    np.testing.assert_array_equal(eight.x, datasets.load_breast_cancer().x[:, :8])
    with pytest.raises(ValueError, match=r"features=31.*1 to 30"):
        datasets.load_breast_cancer(31)


def test_penguins_have_plausible_units_and_a_one_hot_species():
    data = datasets.load_penguins()
    x = dict(zip(data.feature_names, data.x.T, strict=True))
    assert 30 < x["bill_length_mm"].min() < x["bill_length_mm"].max() < 60
    assert 2700 <= x["body_mass_g"].min() < x["body_mass_g"].max() <= 6300
    assert set(x["year"]) == {2007, 2008, 2009}
    species = data.x[:, 4:7]
    np.testing.assert_array_equal(species.sum(axis=1), 1)
    np.testing.assert_array_equal(species.argmax(axis=1), datasets.load_penguins("species").y)
    # Males are heavier in every species: a label that slipped by a row would blur this.
    for kind in species.T.astype(bool):
        mass = x["body_mass_g"][kind]
        assert mass[data.y[kind] == 1].mean() > mass[data.y[kind] == 0].mean() + 300


def test_penguins_refuse_an_unknown_target():
    with pytest.raises(ValueError, match=r"target='island'.*'sex' or 'species'"):
        datasets.load_penguins("island")


def test_pictures_lie_between_0_and_1_and_reach_both():
    for data in (datasets.load_digits(), datasets.load_mnist_5k()):
        assert data.x.min() == 0
        assert data.x.max() == 1
        assert data.images.shape == (len(data.x), *data.image_shape)


@pytest.mark.parametrize("name", ["mnist", "spoken digits", "mnist1d", "digits"])
def test_labels_belong_to_their_rows(name):
    """The nearest class mean is far above chance, which it would not be with labels shifted."""
    x_train, y_train, x_test, y_test = LOADERS[name][0]().split()
    x_train, x_test = x_train.reshape(len(x_train), -1), x_test.reshape(len(x_test), -1)
    means = np.stack([x_train[y_train == label].mean(axis=0) for label in range(10)])
    distances = ((x_test[:, None] - means) ** 2).sum(axis=2)
    assert np.mean(distances.argmin(axis=1) == y_test) > (0.25 if name == "mnist1d" else 0.7)


def test_spoken_digits_are_filled_with_zeros_and_cut():
    long, short = datasets.load_spoken_digits(frames=100), datasets.load_spoken_digits(frames=10)
    np.testing.assert_array_equal(long.x[:, :10], short.x)
    heard = np.abs(long.x).sum(axis=2) > 0
    assert heard.sum(axis=1).max() == 92  # the longest clip
    # Once silent, silent to the end: the clip comes first, the zeros after it.
    assert (np.diff(heard.astype(int), axis=1) <= 0).all()
    frames = long.x[heard]
    np.testing.assert_allclose(frames.mean(axis=0), 0, atol=0.01)
    np.testing.assert_allclose(frames.std(axis=0), 1, atol=0.01)


@pytest.fixture
def copied_folder(tmp_path, monkeypatch):
    shutil.copytree(files.FOLDER, tmp_path / "data")
    monkeypatch.setattr(files, "FOLDER", tmp_path / "data")
    return tmp_path / "data"


def test_a_damaged_file_is_refused_with_a_way_to_mend_it(copied_folder):
    path = copied_folder / "digits.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(OSError, match=r"digits\.npz is damaged.*git checkout"):
        datasets.load_digits()


def test_a_missing_file_is_named(copied_folder):
    (copied_folder / "mnist1d.npz").unlink()
    with pytest.raises(OSError, match=r"mnist1d\.npz is missing; get it back"):
        datasets.load_mnist1d()


def test_every_file_is_listed_with_its_checksum_and_its_license():
    listed = files.checksums()
    assert sorted(listed) == sorted(path.name for path in files.FOLDER.glob("*.npz"))
    licenses = (ROOT / "DATA_LICENSES.md").read_text()
    for name, digest in listed.items():
        assert hashlib.sha256((files.FOLDER / name).read_bytes()).hexdigest() == digest
        assert f"`{name}`" in licenses


def test_the_files_stay_small():
    assert sum(path.stat().st_size for path in files.FOLDER.glob("*.npz")) < 8e6


def test_loading_needs_no_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("a data set asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    for load in (*(load for load, *_ in LOADERS.values()), *OTHERS):
        load()


def test_importing_the_data_sets_imports_numpy_and_nothing_larger():
    code = (
        "import sys, course_utils.datasets\n"
        "print(sorted({'tensorflow', 'keras', 'matplotlib', 'sklearn', 'pandas', 'scipy'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_rebuilding_digits_and_breast_cancer_from_scikit_learn_gives_the_same_arrays():
    from course_utils.data import rebuild

    for build in (rebuild.digits, rebuild.breast_cancer):
        new, old = build(), files.read(build.__name__)
        assert set(new) == set(old)
        for name in new:
            np.testing.assert_array_equal(new[name], old[name])
            assert new[name].dtype == old[name].dtype


def test_values_in_256_steps_come_back_to_within_half_a_step():
    from course_utils.data import rebuild
    from course_utils.datasets.pictures import from_steps

    x = np.random.default_rng(0).normal(size=(50, 3)) * [1, 10, 100]
    packed = rebuild.in_256_steps(x, axis=0)
    assert packed["steps"].dtype == np.uint8
    assert (np.abs(from_steps(packed) - x) <= 0.501 * packed["step"]).all()
