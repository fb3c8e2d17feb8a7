"""Small programs as tutorials write them: with Keras, and with nothing changed but the imports."""

import re
from pathlib import Path

import keras
import numpy as np
import pytest

from course_utils import nn

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))


def for_our_library(source):
    """`keras` becomes `course_utils.nn` in import lines, and nowhere else."""
    source = re.sub(r"^import keras$", "import course_utils.nn as keras", source, flags=re.M)
    return re.sub(r"^from keras\b", "from course_utils.nn", source, flags=re.M)


def run(source, library, starts, monkeypatch):
    """What the program defines. Rows are taken in order, and a model's first weights are `starts`:
    those of the first run, which appends them."""
    original, first_run, seen = library.Sequential.fit, not starts, []

    def fit(self, x, y, **options):
        if not any(self is other for other in seen):
            self.build((None, *np.shape(x)[1:]))
            if first_run:
                starts.append(self.get_weights())
            else:
                self.set_weights(starts[len(seen)])
            seen.append(self)
        return original(self, x, y, shuffle=False, **options)

    defined = {}
    with monkeypatch.context() as patch:
        patch.setattr(library.Sequential, "fit", fit)
        exec(compile(source, "program", "exec"), defined)
    return defined


def test_there_are_fifteen():
    assert len(PROGRAMS) >= 15


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda program: program.stem)
def test_a_program_gives_the_numbers_of_keras(path, monkeypatch):
    source, starts = path.read_text("utf-8"), []
    theirs = run(source, keras, starts, monkeypatch)
    ours = run(for_our_library(source), nn, starts, monkeypatch)
    curves = [defined["history"].history for defined in (ours, theirs)]
    assert curves[0].keys() == curves[1].keys()
    same = {"rtol": 1e-3, "atol": 1e-4}
    if "Dropout" in source:
        same = {"rtol": 0.3}  # each library draws its own mask
    for name, values in curves[1].items():
        np.testing.assert_allclose(curves[0][name], values, **same, err_msg=name)
    for name in {"prediction", "score"} & theirs.keys():
        one, other = np.asarray(ours[name]), np.asarray(theirs[name])
        assert one.shape == other.shape
        np.testing.assert_allclose(one, other, **same)
    nn.seeding.source.clear()
