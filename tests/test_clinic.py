"""The runs of lesson 12: what is wrong with each, and that its one change mends it."""

import numpy as np
import pytest

from course_utils.clinic import HEALTHY, PATIENTS, examine, one_batch, percent, prepare, settings

REMEDIES = {
    1: {"learning_rate": 0.1},
    2: {"learning_rate": 0.1},
    3: {"biases": 0.0},
    4: {"standardize": True},
    5: {"weights": "he_normal"},
    6: {"labels": "with their rows"},
    8: {"from_logits": False},
}


@pytest.mark.parametrize("patient", REMEDIES)
def test_one_change_mends_a_patient(patient):
    assert examine(patient)["use"] < 0.7
    assert examine(patient, **REMEDIES[patient])["use"] > 0.8


def test_the_leak_lies_in_the_order_of_two_steps():
    sick, mended = examine(7), examine(7, order="split, copy")
    assert sick["val_accuracy"][-1] - sick["use"] > 0.1
    assert mended["val_accuracy"][-1] < mended["use"] + 0.1


def test_one_batch_parts_the_machine_from_its_rows():
    learned = [patient for patient in PATIENTS if one_batch(patient)[0] < 0.1]
    assert learned == [6, 7]


def test_standardizing_knows_the_training_rows_alone():
    (x, _), (x_validation, _), _ = prepare(4, standardize=True)
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-6)
    assert np.abs(x_validation.mean(axis=0)).min() > 1e-3


def test_a_setting_that_is_none_is_told():
    assert settings(1, epochs=3) == HEALTHY | {"learning_rate": 0.0005, "epochs": 3}
    with pytest.raises(ValueError, match="got \\['rate'\\]"):
        examine(1, rate=0.1)


def test_percent_goes_in_fives():
    assert [percent(share) for share in (0, 0.12, 0.13, 1)] == ["0 %", "10 %", "15 %", "100 %"]
