"""What every figure draws, and what it says in words, for data whose answer is known."""

import inspect
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from course_utils import plots
from course_utils.datasets import make_blobs, make_xor
from course_utils.nn.autograd import Value
from course_utils.plots.graph import layout
from course_utils.plots.points import margins_of


@pytest.fixture(autouse=True)
def _closed_figures():
    plots.use_style()
    yield
    plt.close("all")


HISTORY = {"loss": [0.69, 0.4, 0.21], "val_loss": [0.7, 0.5, 0.6], "accuracy": [0.5, 0.8, 0.9]}
XOR = make_xor(40, seed=1)
RNG = np.random.default_rng(0)
IMAGES = RNG.random((5, 8, 6))
COUNTS = np.array([[8, 1, 0], [2, 5, 0], [0, 0, 4]])
WEIGHTS = [np.array([[1.5, -2.0, 0.5], [0.25, 1.0, -0.75]]), np.array([[1.0], [-1.0], [2.0]])]
A, B = Value(2.0, label="a"), Value(3.0, label="b")
PRODUCT = A * B
PRODUCT.label = "c"
PRODUCT.backward()
NODES, EDGES = PRODUCT.nodes_and_edges()
KERNEL = [[1, 0], [0, -1]]
SPECTRUM = np.zeros((10, 5))
SPECTRUM[:, 2] = 1.0


def is_right(x):
    return (x[:, 0] > 0.5) ^ (x[:, 1] > 0.5)


def bowl(w0, w1):
    return w0**2 + 4 * w1**2


PATH = [(2.0, 1.0), (1.0, 0.5), (0.5, 0.0)]

FIGURES = {
    "activation": (np.tanh,),
    "computation_graph": (NODES, EDGES),
    "confusion_matrix": (COUNTS,),
    "convolution_step": (np.arange(12).reshape(3, 4), KERNEL, 2),
    "decision_regions": (is_right, XOR.x, XOR.y),
    "image_grid": (IMAGES, [0, 1, 2, 3, 4], [0, 1, 2, 3, 0]),
    "layer_histograms": ({"first": [1.0, 2.0], "second": [0.0, 0.0, 4.0]},),
    "lines": ({"slow": [3.0, 2.5, 2.0], "fast": [[3.0, 1.0, 0.5], [3.0, 1.2, 0.3]]},),
    "loss_curves": (HISTORY,),
    "loss_landscape": (bowl, PATH),
    "network": (WEIGHTS,),
    "points": (XOR.x, XOR.y),
    "spectrogram": (SPECTRUM, 8000, 80),
    "waveform": (np.sin(np.arange(800) / 10), 8000),
}


def test_every_figure_of_the_package_is_tried_here():
    drawn = {name for name in plots.__all__ if f"describe_{name}" in plots.__all__}
    assert drawn == set(FIGURES)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_draws_into_the_axes_given_and_returns_them(name):
    figure, axes = plt.subplots(1, 2)
    returned = getattr(plots, name)(*FIGURES[name], ax=axes[1])
    assert returned is axes[1]
    assert plt.get_fignums() == [figure.number]
    empty = len(plt.figure().subplots().get_children())
    assert len(axes[0].get_children()) == empty < len(axes[1].get_children())
    plots.figure.as_png(figure)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_makes_its_own_axes_and_leaves_its_data_alone(name):
    before = [np.copy(thing) for thing in FIGURES[name] if isinstance(thing, np.ndarray)]
    ax = getattr(plots, name)(*FIGURES[name])
    assert len(plots.figure.as_png(ax.figure)) > 2000
    after = [thing for thing in FIGURES[name] if isinstance(thing, np.ndarray)]
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("name", FIGURES)
def test_words_are_made_from_the_arguments_of_the_figure(name):
    describe, draw = getattr(plots, f"describe_{name}"), getattr(plots, name)
    words = describe(*FIGURES[name])
    assert words.endswith(".")
    assert len(words) > 40
    assert "nan" not in words
    shared = set(inspect.signature(describe).parameters) - {"worst"}
    assert shared <= set(inspect.signature(draw).parameters)


@pytest.mark.parametrize(
    "name", ["activation", "decision_regions", "loss_curves", "loss_landscape", "points"]
)
def test_axes_are_labeled(name):
    ax = getattr(plots, name)(*FIGURES[name])
    assert ax.get_xlabel()
    assert ax.get_ylabel()


def line(ax, label):
    return next(drawn for drawn in ax.lines if drawn.get_label() == label)


def test_activation_draws_the_function_and_the_derivative_given():
    ax = plots.activation(np.sin, lambda z: 0 * z + 7, name="sine")
    z, y = line(ax, "sine(z)").get_data()
    np.testing.assert_allclose(y, np.sin(z))
    np.testing.assert_array_equal(line(ax, "its slope").get_ydata(), 7)
    assert line(ax, "its slope").get_color() == plots.COLORS["gradient"]


def test_activation_measures_the_slope_of_a_plain_function():
    z, slope = line(plots.activation(np.tanh), "its slope").get_data()
    np.testing.assert_allclose(slope, 1 - np.tanh(z) ** 2, atol=1e-8)


def test_activation_prefers_the_slope_that_a_function_brings_along():
    class Odd:
        __name__ = "odd"

        def __call__(self, z):
            return z

        def derivative(self, z):
            return 0 * z - 3

    np.testing.assert_array_equal(line(plots.activation(Odd()), "its slope").get_ydata(), -3)


def test_activation_takes_a_keras_name_and_the_slope_of_the_library():
    ax = plots.activation("sigmoid")
    z, slope = line(ax, "its slope").get_data()
    y = 1 / (1 + np.exp(-z))
    np.testing.assert_allclose(slope, y * (1 - y), atol=1e-7)
    assert line(ax, "sigmoid(z)")


def test_activation_says_where_the_slope_is_lost():
    assert plots.describe_activation("sigmoid").endswith("z from -8 to -4.6 and from 4.6 to 8.")
    assert plots.describe_activation("relu").endswith("z from -8 to 0.")
    assert plots.describe_activation(lambda z: z, name="line").endswith("for long.")


def test_points_get_the_color_and_marker_of_their_class():
    ax = plots.points(XOR.x, XOR.y)
    for label, cloud in enumerate(ax.collections):
        np.testing.assert_allclose(cloud.get_offsets(), XOR.x[XOR.y == label])
        assert to_hex(cloud.get_facecolor()[0]).upper() == plots.COLORS[f"class_{label}"]


@pytest.mark.parametrize("form", ["labels", "probability", "column", "scores"])
def test_decision_regions_read_every_form_of_an_answer(form):
    def predict(x):
        p = is_right(x).astype(np.float32) * 0.8 + 0.1
        forms = {
            "labels": is_right(x).astype(int),
            "probability": p,
            "column": p[:, None],
            "scores": np.column_stack([1 - p, p]),
        }
        return forms[form]

    answers = plots.decision_regions(predict, XOR.x, XOR.y, steps=50).collections[0].get_array()
    middle = np.asarray(answers).reshape(50, 50)
    assert middle[10, 40] == middle[40, 10] == 1
    assert middle[10, 10] == middle[40, 40] == 0


def test_decision_regions_say_how_many_points_are_right():
    blobs = make_blobs(30, classes=3, spread=0.1)
    words = plots.describe_decision_regions(lambda x: np.zeros(len(x), int), blobs.x, blobs.y)
    assert "100% class 0" in words
    assert "10 of the 30 points lie" in words


@given(st.lists(st.lists(st.floats(-9, 9), min_size=3, max_size=3), min_size=1, max_size=9))
def test_the_class_with_a_positive_margin_is_the_largest_score(scores):
    scores = np.array(scores)
    margins = margins_of(scores)
    np.testing.assert_array_equal(margins.argmax(axis=1), scores.argmax(axis=1))
    assert (np.sum(margins > 0, axis=1) <= 1).all()


def test_points_of_the_wrong_shape_are_refused_with_a_way_out():
    with pytest.raises(ValueError, match=r"got \(4, 3\) and \(4,\).*x\[:, \[0, 1\]\]"):
        plots.points(np.zeros((4, 3)), np.zeros(4))


def test_loss_curves_number_epochs_from_1_and_mark_the_one_chosen():
    ax = plots.loss_curves(HISTORY, chosen=2)
    for role, key in (("train", "loss"), ("validation", "val_loss")):
        np.testing.assert_array_equal(line(ax, role).get_data(), ([1, 2, 3], HISTORY[key]))
        assert line(ax, role).get_color() == plots.COLORS[role]
    assert line(ax, "epoch chosen: 2").get_xydata().tolist() == [[2, 0.5]]
    for wrong in (0, 4):
        with pytest.raises(ValueError, match=f"chosen={wrong}: expected an epoch from 1 to 3"):
            plots.loss_curves(HISTORY, chosen=wrong)


def test_loss_curves_take_a_history_object_and_name_what_it_lacks():
    class History:
        history = HISTORY

    assert plots.describe_loss_curves(History()) == plots.describe_loss_curves(HISTORY)
    with pytest.raises(KeyError, match="metric='auc': the history holds loss, val_loss, accuracy"):
        plots.loss_curves(HISTORY, metric="auc")


def test_loss_curves_in_words():
    ten = {"loss": np.geomspace(0.69, 0.21, 10)}
    assert plots.describe_loss_curves(ten) == "loss falls from 0.69 to 0.21 in 10 epochs."
    assert plots.describe_loss_curves(HISTORY, chosen=2) == (
        "train loss falls from 0.69 to 0.21 in 3 epochs; validation loss falls from 0.70 to 0.60 "
        "in 3 epochs, with its best value 0.50 at epoch 2; "
        "a star marks epoch 2, whose weights are kept."
    )
    up = plots.describe_loss_curves({"accuracy": [0.5, 0.9, 0.8]}, metric="accuracy")
    assert (
        up == "accuracy rises from 0.50 to 0.80 in 3 epochs, with its best value 0.90 at epoch 2."
    )
    assert "no longer finite" in plots.describe_loss_curves({"loss": [2.0, 9.0, np.nan]})
    assert "stays at 2.30" in plots.describe_loss_curves({"loss": [2.303, 2.303]})


def test_lines_are_told_apart_and_named_in_the_order_of_their_right_ends():
    curves = {"low": [1, 2, 3], "high": [[2, 4, 8], [2, 4, 6]]}
    ax = plots.lines(curves, x=[1, 10, 100], log="xy")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["high", "low"]
    assert len({(one.get_color(), one.get_linestyle()) for one in ax.lines}) == 2
    drawn = [one.get_ydata() for one in ax.lines]
    np.testing.assert_array_equal(drawn, [[1, 2, 3], [2, 4, 8], [2, 4, 6]])
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert plots.describe_lines(curves, ylabel="loss") == (
        "loss over x from 1.00 to 3.00: low rises from 1.00 to 3.00; "
        "high, 2 draws, rises from 2.00 to 7.00."
    )


@pytest.mark.parametrize(
    "curves", [{}, {"a": [1, 2], "b": [1, 2, 3]}, {key: [1] for key in "abcdefg"}]
)
def test_lines_refuse_what_they_cannot_tell_apart(curves):
    with pytest.raises(ValueError, match="lines: expected"):
        plots.lines(curves)


def test_loss_landscape_draws_the_path_and_counts_the_steps_uphill():
    ax = plots.loss_landscape(bowl, PATH)
    np.testing.assert_array_equal(line(ax, "2 steps").get_xydata(), PATH)
    words = plots.describe_loss_landscape(bowl, [*PATH, (2, 2)])
    assert "from (2, 1), loss 8.00, to (2, 2), loss 20.00; 1 of its steps go uphill" in words
    with pytest.raises(ValueError, match="limits: expected"):
        plots.loss_landscape(bowl)


def test_loss_landscape_holds_the_whole_path():
    ax = plots.loss_landscape(bowl, PATH)
    low, high = np.array([ax.get_xlim(), ax.get_ylim()]).T
    assert (low < np.min(PATH, axis=0)).all()
    assert (high > np.max(PATH, axis=0)).all()


def test_confusion_matrix_writes_every_count_in_its_place():
    ax = plots.confusion_matrix(COUNTS, class_names=("x", "y", "z"))
    written = {text.get_position(): text.get_text() for text in ax.texts}
    assert written == {(0, 0): "8", (1, 0): "1", (0, 1): "2", (1, 1): "5", (2, 2): "4"}
    assert plots.describe_confusion_matrix(COUNTS, class_names=("x", "y", "z")) == (
        "Table of 3 true classes (rows) by predicted class (columns): 17 of 20 examples, 85.0%, "
        "are on the diagonal; the commonest mistakes: y taken for x (2), x taken for y (1)."
    )
    assert "there are no mistakes" in plots.describe_confusion_matrix(np.eye(2, dtype=int))
    with pytest.raises(ValueError, match=r"whole numbers.*got float64 of shape \(2, 2\)"):
        plots.confusion_matrix(np.eye(2))


def test_image_grid_names_mistakes_in_words_and_frames_them():
    ax = plots.image_grid(IMAGES, [0, 1, 2, 3, 4], [0, 1, 2, 3, 0], columns=3)
    assert [text.get_text() for text in ax.texts] == ["0", "1", "2", "3", "0, not 4"]
    assert len(ax.images) == 5
    np.testing.assert_array_equal(ax.images[3].get_array(), IMAGES[3])
    framed = [drawn.get_linewidth() > 2 for drawn in ax.lines]
    assert framed == [False, False, False, False, True]
    words = plots.describe_image_grid(IMAGES, [0, 1, 2, 3, 4], [0, 1, 2, 3, 0])
    assert words.endswith("the model names 4 right. It says of the others: 0, not 4.")
    with pytest.raises(ValueError, match=r"got \(5, 48\).*reshape"):
        plots.image_grid(IMAGES.reshape(5, 48))


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 20), st.integers(1, 9))
def test_image_grid_never_lets_pictures_overlap(n, columns):
    ax = plots.image_grid(np.zeros((n, 3, 4)), columns=columns)
    corners = sorted((image.get_extent()[3], image.get_extent()[0]) for image in ax.images)
    for (top, left), (next_top, next_left) in pairwise(corners):
        assert next_left >= left + 1 if next_top == top else next_top >= top + 3 / 4
    plt.close("all")


def test_layer_histograms_stand_first_layer_on_top_and_count_zeros():
    ax = plots.layer_histograms({"first": [1.0, 2.0], "second": [0.0, 0.0, 4.0]})
    assert [text.get_text() for text in ax.get_yticklabels()] == ["second", "first"]
    words = plots.describe_layer_histograms({"first": [1.0, 2.0], "second": [0.0, 0.0, 4.0]})
    assert "first: mean 1.5, deviation 0.5, 0% exactly 0; second: mean 1.3" in words
    assert "67% exactly 0" in words
    with pytest.raises(ValueError, match="layers: expected"):
        plots.layer_histograms({"empty": []})


def test_network_draws_every_weight_with_the_look_of_its_sign():
    ax = plots.network(WEIGHTS)
    drawn = [shape for shape in ax.lines if len(shape.get_xdata()) == 2]
    assert len(drawn) == 9
    signs = {"positive": 6, "negative": 3}
    for role, count in signs.items():
        assert sum(shape.get_color() == plots.COLORS[role] for shape in drawn) == count
        assert sum(shape.get_linestyle() == plots.LINES[role] for shape in drawn) == count
    widest = max(drawn, key=lambda shape: shape.get_linewidth())
    assert widest.get_linewidth() == pytest.approx(3.3)
    assert {"1.5", "-2", "0.25", "-0.75"} <= {text.get_text() for text in ax.texts}


def test_network_cuts_wide_layers_short_and_says_how_wide_they_are():
    ax = plots.network([np.ones((64, 32)), np.ones((32, 1))], most=10)
    assert len([shape for shape in ax.lines if len(shape.get_xdata()) == 2]) == 9 * 9 + 9
    assert [text.get_text() for text in ax.texts].count("⋮") == 2
    assert {"64 inputs", "32 hidden", "1 output"} <= {text.get_text() for text in ax.texts}


def test_network_writes_values_into_its_units():
    ax = plots.network(WEIGHTS, values=[[1, 0], [0.5, 0.25, 0], [0.75]], input_names=("p", "q"))
    assert {"1", "0.5", "0.25", "0.75", "p", "q"} <= {text.get_text() for text in ax.texts}


def test_network_in_words_and_its_shapes():
    assert plots.describe_network(WEIGHTS) == (
        "Network in columns: 2 inputs, then 3 hidden, then 1 output; every unit is joined to all "
        "of the column before, by 9 lines in all. 6 weights are positive (solid), 3 negative "
        "(dashed); they lie between -2 and 2."
    )
    with pytest.raises(ValueError, match=r"got shapes \[\(2, 3\), \(2, 1\)\]"):
        plots.network([np.ones((2, 3)), np.ones((2, 1))])


@given(st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=20))
def test_in_a_computation_graph_every_arrow_goes_right_and_no_two_values_meet(pairs):
    nodes = {key: {"id": key} for key in range(9)}
    edges = [(a, b, 1.0) for a, b in pairs if a < b]
    places = layout(nodes, edges)
    assert set(places) == set(nodes)
    assert all(places[a][0] < places[b][0] for a, b, _ in edges)
    order = list(places.values())
    for k, (x, y) in enumerate(order):
        assert all(x != u or abs(y - v) > 0.99 for u, v in order[:k])


def test_computation_graph_writes_values_gradients_and_slopes():
    ax = plots.computation_graph(NODES, EDGES)
    texts = [text.get_text() for text in ax.texts]
    assert {"a\n2", "b\n3", "gradient 3", "gradient 2", "gradient 1"} <= set(texts)
    assert any(text.startswith("c: ") and text.endswith("\n6") for text in texts)
    assert {"2", "3"} <= set(texts)  # dc/db and dc/da, on the arrows
    plain = plots.computation_graph(NODES, EDGES, gradients=False, slopes=False)
    assert not {"gradient 1", "3"} & {text.get_text() for text in plain.texts}


def test_computation_graph_draws_a_value_used_twice_with_two_arrows():
    a = Value(3.0, label="a")
    square = a * a
    square.backward()
    ax = plots.computation_graph(*square.nodes_and_edges(), gradients=False)
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    assert len(arrows) == 2
    assert [text.get_text() for text in ax.texts].count("3") == 2


def test_an_arrow_goes_around_a_box_that_stands_in_its_way():
    u = Value(2.0, label="u")
    v = u * 5
    v.parents, v.local = v.parents[:1], v.local[:1]  # one row: u, v, and their sum
    ax = plots.computation_graph(*(u + v).nodes_and_edges())
    boxes = [text for text in ax.texts if text.get_text() in ("u\n2", "×\n10", "+\n12")]
    slopes = [text for text in ax.texts if text.get_text() == "1"]
    assert len({text.get_position()[1] for text in boxes}) == 1
    row = boxes[0].get_position()[1]
    assert sorted(text.get_position()[1] > row + 0.2 for text in slopes) == [False, True]


def test_computation_graph_in_words_and_its_errors():
    words = plots.describe_computation_graph(NODES, EDGES)
    assert words.startswith("Graph of 3 values, from left to right: a = 2, gradient 3; b = 3, ")
    assert words.endswith("of a (slope 3) and b (slope 2), gradient 1.")
    with pytest.raises(
        ValueError, match=r"edges: 9 is not the id of a node; there are \[0, 1, 2\]"
    ):
        plots.computation_graph(NODES, [(0, 9, 1.0)])
    with pytest.raises(ValueError, match="0, 1 wait for each other"):
        plots.describe_computation_graph(NODES, [(0, 1, 1.0), (1, 0, 1.0)])


def test_convolution_step_shows_the_output_up_to_that_step():
    image = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    words = plots.describe_convolution_step(image, KERNEL, 2)
    assert words.endswith("rows 1 to 2 and columns 0 to 1; 4*1 + 5*0 + 7*0 + 8*-1 = -4.")
    ax = plots.convolution_step(image, KERNEL, 2)
    assert [text.get_text() for text in ax.texts].count("-4") == 3  # three outputs of four
    with pytest.raises(ValueError, match="step=4: expected 0 to 3"):
        plots.convolution_step(image, KERNEL, 4)
    with pytest.raises(ValueError, match=r"shapes \(3, 3\) and \(4, 4\)"):
        plots.convolution_step(image, np.ones((4, 4)))


@given(
    st.integers(1, 7), st.integers(1, 7), st.integers(1, 4), st.integers(1, 4), st.integers(1, 3)
)
def test_convolution_step_computes_the_sum_of_products(height, width, rows, columns, stride):
    if rows > height or columns > width:
        return
    image = np.arange(height * width).reshape(height, width)
    kernel = np.arange(rows * columns).reshape(rows, columns) - 1
    outputs = plots.convolution.checked(image, kernel, None, stride)[2]
    assert outputs.shape == ((height - rows) // stride + 1, (width - columns) // stride + 1)
    for i, j in np.ndindex(outputs.shape):
        patch = image[i * stride : i * stride + rows, j * stride : j * stride + columns]
        assert outputs[i, j] == np.sum(patch * kernel)


def test_spectrogram_is_in_seconds_hertz_and_decibels():
    ax = plots.spectrogram(SPECTRUM, 8000, 80)
    assert ax.images[0].get_extent() == [0, 0.1, 0, 4000]
    drawn = np.asarray(ax.images[0].get_array())
    assert drawn.shape == (5, 10)
    assert drawn[2].max() == 0
    assert drawn[0].max() == -80
    half = plots.sound.scaled([[1.0, 0.5]], 8000, 80, -80)[0]
    assert half[0, 1] == pytest.approx(-6.02, abs=0.01)
    assert "2000 Hz, 2000 Hz, 2000 Hz" in plots.describe_spectrogram(SPECTRUM, 8000, 80)
    with pytest.raises(ValueError, match="without negative values"):
        plots.spectrogram(-SPECTRUM, 8000, 80)


def test_waveform_is_drawn_against_seconds():
    ax = plots.waveform(np.r_[np.zeros(100), 0.5, np.zeros(99)], 100)
    assert ax.lines[0].get_xdata()[-1] == pytest.approx(1.99)
    words = plots.describe_waveform(np.r_[np.zeros(100), 0.5, np.zeros(99)], 100)
    assert words == ("Waveform of 2.00 s, between 0 and 0.5, with its largest swing at 1.00 s.")
