"""Tables of measurements: penguins, and cells from breast tumors."""

import numpy as np

from .dataset import Dataset
from .files import read

SPECIES = ("Adelie", "Chinstrap", "Gentoo")
MEASUREMENTS = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")


def load_penguins(target="sex"):
    """333 penguins of three species, measured near Palmer Station, Antarctica, 2007 to 2009.

    target="sex": x: (333, 8), the four measurements in mm and g, the species one-hot, the year;
        y: 0 female, 1 male
    target="species": x: (333, 4), the measurements; y: 0 Adelie, 1 Chinstrap, 2 Gentoo
    The columns keep their units, so they have to be standardized before training.
    """
    if target not in ("sex", "species"):
        raise ValueError(f"load_penguins(target={target!r}): expected 'sex' or 'species'")
    arrays = read("penguins")
    x, species = arrays["measurements"], arrays["species"]
    if target == "species":
        y, names, classes = species, MEASUREMENTS, SPECIES
        task = "species from 4 measurements; guessing Adelie is right for 0.44"
    else:
        one_hot = np.eye(3, dtype=np.float32)[species]
        x = np.column_stack([x, one_hot, arrays["year"]]).astype(np.float32)
        names = (*MEASUREMENTS, *(f"is_{name.lower()}" for name in SPECIES), "year")
        y, classes = arrays["sex"], ("female", "male")
        task = "sex from 8 columns; guessing male is right for 0.50"
    return Dataset(
        x=x,
        y=y.astype(np.int64),
        feature_names=names,
        class_names=classes,
        source="A. M. Horst, A. P. Hill and K. B. Gorman, palmerpenguins (2020); data of "
        "K. B. Gorman, T. D. Williams and W. R. Fraser, PLoS ONE 9(3) e90081 (2014)",
        license="CC0 1.0",
        description=f"333 penguins: {task}.",
    )


CELL_VALUES = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave_points",
    "symmetry",
    "fractal_dimension",
)


def load_breast_cancer(features=30):
    """569 breast tumors, described by the cell nuclei seen in a microscope picture.

    features: keep the first so many of 30 columns: the means of ten values over the nuclei,
        their standard errors, and their worst (largest) values
    x: (569, features), y: 0 benign, 1 malignant. scikit-learn numbers the classes the other way
    round; here 1 is what one looks for, so that recall is the share of cancers found.
    """
    names = [f"{kind}_{value}" for kind in ("mean", "error", "worst") for value in CELL_VALUES]
    if not 1 <= features <= len(names):
        raise ValueError(f"load_breast_cancer(features={features!r}): expected 1 to {len(names)}")
    arrays = read("breast_cancer")
    return Dataset(
        x=arrays["x"][:, :features].copy(),
        y=arrays["y"].astype(np.int64),
        feature_names=tuple(names[:features]),
        class_names=("benign", "malignant"),
        source="W. Wolberg, O. Mangasarian, N. Street and W. Street, Breast Cancer Wisconsin "
        "(Diagnostic) (1995), UCI Machine Learning Repository, doi:10.24432/C5DW2B",
        license="CC BY 4.0",
        description=f"569 breast tumors: benign or malignant from {features} columns; "
        "guessing benign is right for 0.63.",
    )
