"""NumPy and Keras side by side: the record against both libraries, live training, its tasks."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from course_utils import nn
from course_utils.explorables import NumpyAndKeras
from course_utils.explorables.numpy_and_keras.figure import recorded
from course_utils.explorables.numpy_and_keras.paired_training import PairedTraining, twin
from course_utils.explorables.numpy_and_keras.record import ingredients, losses
from course_utils.explorables.numpy_and_keras.two_programs import (
    DIFFERENCES,
    EPOCHS,
    OPTIMIZERS,
    program,
)


@pytest.fixture(scope="module")
def rows():
    names = ingredients()
    return names["x"], names["y"]


@pytest.fixture
def keras_model():
    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential([keras.Input((8,)), layers.Dense(6, "tanh"), layers.Dense(1)])
    model.add(layers.Activation("sigmoid"))
    return model


@pytest.fixture
def dense_model():
    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential([keras.Input((8,)), layers.Dense(6, "tanh")])
    model.add(layers.Dense(1, "sigmoid"))
    model.compile(keras.optimizers.RMSprop(0.003), "binary_crossentropy")
    return model


# The record ---------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_numpy_program_that_is_shown_gives_the_recorded_losses(optimizer):
    found = losses("numpy", "nothing", optimizer)
    np.testing.assert_allclose(found, recorded(optimizer, "nothing")[0], rtol=1e-5)


def test_the_keras_program_that_is_shown_gives_the_recorded_losses():
    """Its first epochs, with the line that differs most: the rows in another order."""
    lines = "\n".join(program("keras", "the order of the rows", "adam"))
    names = ingredients()
    exec(lines.replace("epochs=40", "epochs=4"), names)
    found = names["history"].history["loss"]
    np.testing.assert_allclose(found, recorded("adam", "the order of the rows")[1][:4], rtol=1e-4)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_same_weights_and_order_part_by_rounding_only(optimizer):
    ours, _, difference = recorded(optimizer, "nothing")
    assert 0 < difference.max() < 2e-6
    assert ours[-1] < 0.6 * ours[0]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("differs", DIFFERENCES[1:])
def test_one_changed_line_parts_them_a_thousand_times_further(optimizer, differs):
    difference = recorded(optimizer, differs)[2]
    assert difference.max() > 1000 * recorded(optimizer, "nothing")[2].max()


def test_only_the_imports_and_the_chosen_line_differ():
    for differs, count in zip(DIFFERENCES, (2, 3, 3), strict=True):
        pair = [program(library, differs, "adam") for library in ("numpy", "keras")]
        assert sum(one != other for one, other in zip(*pair, strict=True)) == count


def test_adams_difference_comes_mostly_from_its_correction_in_float32():
    """What the figure says below the curves: with Keras' rounding there, ours comes closer."""

    class AdamInFloat32(nn.Adam):
        def update(self, W, dW, learning_rate, m, v):
            one, t = np.float32(1), np.float32(self.iterations)
            m += np.float32(1 - self.beta_1) * (dW - m)
            v += np.float32(1 - self.beta_2) * (dW * dW - v)
            correction = np.sqrt(one - np.float32(self.beta_2) ** t)
            correction /= one - np.float32(self.beta_1) ** t
            W -= np.float32(learning_rate) * correction * m / (np.sqrt(v) + np.float32(1e-7))

    names = ingredients() | {"rounded": AdamInFloat32()}
    lines = "\n".join(program("numpy", "nothing", "adam")).replace('"adam"', "rounded")
    exec(lines, names)
    theirs, difference = recorded("adam", "nothing")[1:]
    closer = np.abs(np.array(names["history"].history["loss"]) - theirs)
    assert closer.max() < difference.max() / 3


# In the browser -----------------------------------------------------------------------------


def test_spacing_is_that_of_numpys_float32(module):
    values = [float(v) for v in np.random.default_rng(0).uniform(0.01, 9, 50)]
    found = module("numpy_and_keras", "a.map(m.spacing)", values)
    assert found == [float(np.spacing(np.float32(v))) for v in values]


def test_the_page_shows_the_recorded_losses(open_page):
    page = open_page("numpy_and_keras")
    for optimizer in OPTIMIZERS:
        for differs in DIFFERENCES:
            page.locator("select[name=optimizer]").select_option(optimizer)
            page.locator("select[name=differs]").select_option(differs)
            page.locator("input[name=epochs]").fill("17")
            ours, theirs, _ = recorded(optimizer, differs)[:, 16]
            words = page.locator(".xp-results").text_content().split()
            assert words[:3] == ["After", "17", "epochs:"]
            assert float(words[4].strip(",")) == pytest.approx(ours, abs=1e-6)
            assert float(words[6].strip(".")) == pytest.approx(theirs, abs=1e-6)


def test_the_program_follows_the_controls(open_page):
    page = open_page("numpy_and_keras")
    marked = page.locator(".xp-code .xp-differs td:nth-child(3)")
    assert len(marked.all_text_contents()) == 2
    page.locator("select[name=differs]").select_option("the first weights")
    assert marked.all_text_contents()[2] == "model.set_weights(other_weights)"
    page.locator("select[name=optimizer]").select_option("sgd")
    assert page.locator(".xp-code", has_text='model.compile("sgd"').count() == 1


def test_the_tasks_check_themselves(open_page):
    page = open_page("numpy_and_keras")
    marks = page.locator(".xp-mark")

    def answer(task, text):
        field = page.get_by_label(f"Your answer to task {task}")
        field.fill(text)
        field.press("Enter")
        return page.locator(".xp-tasks li").nth(task - 1).text_content()

    assert "to the end first" in answer(1, "1e-6")
    page.locator("select[name=differs]").select_option("the first weights")
    assert "something differs" in answer(1, "1e-6")
    page.locator("select[name=differs]").select_option("nothing")
    page.locator("input[name=epochs]").fill(str(EPOCHS))
    assert "upper panel" in answer(1, "0.01")
    assert "highest point" in answer(1, "1e-8")
    answer(1, "1e-6")
    page.locator("select[name=differs]").select_option("the order of the rows")
    assert marks.all_text_contents() == ["done", "done", "open"]
    assert "The last batch" in answer(3, "10")
    assert "not for each row" in answer(3, "333")
    answer(3, "11")
    assert marks.all_text_contents() == ["done"] * 3
    assert page.locator(".xp-takeaway").get_attribute("open") is not None


def test_the_question_speaks_of_the_run_that_is_shown(dense_model):
    x, y = np.zeros((45, 8), "float32"), np.zeros(45, "float32")
    assert "40 epochs, 440 steps." in NumpyAndKeras().question.text
    own = NumpyAndKeras(dense_model, x, y, batch_size=20, epochs=0)
    assert "40 epochs, 120 steps." in own.question.text
    assert "run it again" in own.tasks[1].text
    over = NumpyAndKeras(histories=([1, 2, 3], [1, 2, 3]))
    assert "3 epochs." in over.question.text
    assert len(over.tasks) == 2  # no question about rows that nobody has named


def test_the_browser_asks_until_python_has_trained_as_far_as_the_slider(module):
    """Python, played by the test, trains four more epochs for each question."""
    spec = NumpyAndKeras(histories=([0.5] * 4, [0.4] * 4)).spec()
    spec["asksPython"] = True
    spec["extra"]["epochs"] = 10
    found = module(
        "numpy_and_keras",
        """new Promise((done) => {
            const curves = new Float32Array(12).fill(0.25);
            const traits = {
                spec: a, state: { epochs: 4 },
                progress: { prediction: null, done: [true, true, true] },
                data: { curves: { shape: [1, 3, 4], float32: new DataView(curves.buffer) } },
            };
            const asked = [];
            const hear = {};
            let epochs = 4;
            const model = {
                get: (name) => traits[name], set() {}, save_changes() {}, off() {},
                on: (event, f) => { hear[event] = f; },
                send(message) {
                    asked.push(message.asked);
                    epochs = Math.min(message.asked.epochs, epochs + 4);
                    const answer = new Float32Array(3 * epochs).fill(0.125);
                    const reply = { id: message.id, shape: [3, epochs] };
                    setTimeout(() => hear["msg:custom"](reply, [new DataView(answer.buffer)]));
                },
            };
            m.default.render({ model, el: document.body });
            traits.state = { epochs: 10 };
            hear["change:state"]();
            const look = setInterval(() => {
                const words = document.querySelector(".xp-results").textContent;
                if (!words.startsWith("After 10")) return;
                clearInterval(look);
                document.body.replaceChildren();
                done([asked, words]);
            }, 20);
        })""",
        spec,
    )
    assert found[0] == [{"epochs": 10, "have": 4}, {"epochs": 10, "have": 8}]
    assert found[1].startswith("After 10 epochs: NumPy 0.125")


# The learner's own --------------------------------------------------------------------------


def test_without_a_keras_model_nothing_imports_keras():
    code = (
        "import sys\nfrom course_utils.explorables import NumpyAndKeras, gallery\n"
        "figure = NumpyAndKeras()\nfigure.widget\ngallery.page(figure)\n"
        "print([name for name in ('keras', 'tensorflow', 'jax', 'torch') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stderr


def test_the_learners_keras_model_trains_beside_its_twin_and_stays_as_it_was(
    dense_model, rows, recwarn
):
    before = [w.copy() for w in dense_model.get_weights()]
    figure = NumpyAndKeras(dense_model, *rows)
    assert figure.curves(figure.state).shape == (3, 5)
    assert [str(w.message) for w in recwarn if w.category is UserWarning] == []
    ours, theirs, difference = figure.values({"epochs": 12})
    assert len(ours) == 10  # one piece more
    ours, theirs, difference = figure.values({"epochs": 12})
    assert len(ours) == 12
    assert theirs[-1] < theirs[0]
    assert difference.max() < 5e-6
    for one, other in zip(before, dense_model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    history = dense_model.fit(*rows, epochs=12, shuffle=False, verbose=0)
    np.testing.assert_allclose(history.history["loss"], theirs, rtol=1e-5)


def test_weights_that_were_not_copied_are_seen_at_once(dense_model, rows):
    mine = nn.Sequential([nn.Dense(6, "tanh", input_dim=8), nn.Dense(1, "sigmoid")], seed=5)
    mine.compile("rmsprop", "binary_crossentropy")
    figure = NumpyAndKeras(dense_model, *rows, numpy_model=mine)
    assert figure.curves(figure.state)[2].max() > 1e-3
    assert figure.state == {"epochs": 5}
    assert figure.tasks[2].text.endswith("over 333 rows?")


def test_layers_without_a_twin_are_refused_by_name(keras_model, rows):
    keras_model.compile("adam", "mse")
    with pytest.raises(ValueError, match=r"Dense layers only, got 'activation.*as numpy_model"):
        twin(keras_model)


def test_a_model_that_is_not_compiled_is_refused(dense_model, keras_model, rows):
    with pytest.raises(ValueError, match="keras_model: expected a compiled model"):
        PairedTraining(twin(dense_model), keras_model, *rows)
    with pytest.raises(TypeError, match="expected x and y with keras_model"):
        NumpyAndKeras(dense_model)
    with pytest.raises(TypeError, match="got both"):
        NumpyAndKeras(dense_model, *rows, histories=([1], [1]))


def test_two_runs_that_are_over_are_shown():
    history = nn.callbacks.History()
    history.history = {"loss": [0.9, 0.5, 0.4]}
    figure = NumpyAndKeras(histories=(history, [0.9, 0.5, 0.3, 0.2]))
    np.testing.assert_allclose(figure.curves(figure.state)[2], [0, 0, 0.1])
    assert figure.all_controls()[0].high == 3
    assert "0.1" in figure.still(figure.state)[1]
    with pytest.raises(ValueError, match="expected two lists of losses"):
        NumpyAndKeras(histories=([0.9], 3))
