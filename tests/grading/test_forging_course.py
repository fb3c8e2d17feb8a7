"""The course's own questions: what is copied out of the check data or taken beside an answer earns
nothing. Every attack here got points before its question was measured outside."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from textwrap import dedent

import pytest

from course_utils.checking.data.observation import Answer, Observation
from course_utils.checking.data.question import PUBLIC_SEED, load
from course_utils.checking.expecting.expectation import expectation, renew
from course_utils.checking.judging.judge import judge, make_case
from course_utils.checking.observing.answer import given_namespace
from course_utils.grading.intake.file import File
from course_utils.grading.marking.fixed import copied_questions, fixed_questions, is_fixed
from course_utils.grading.marking.grade import grade_file
from course_utils.grading.sandbox.stations import WorkerPool

ROOT = Path(__file__).resolve().parents[2]
SEED = 20_262_027
# Code that gives the same for every seed: what a learner's own project has to keep are forms.
SAME_FOR_ALL = {"my_experiment"}
CASES = {f"case_{k}" for k in range(1, 9)}  # what is said of their letter and run stands alone
TRAIN = {"my_update"}
NUMBERS = "00 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22"


def exercise_of(number):
    return load(next((ROOT / "exercises" / "checks").glob(f"{number}_*.json")))


@cache
def both(number):
    """An exercise as learners have it and with hidden inputs; the wrong answers are left out, and
    so are questions that train for long."""
    public = exercise_of(number)
    quick = (question for question in public.questions if question.name not in TRAIN)
    questions = tuple(replace(question, wrong_answers=()) for question in quick)
    public = replace(public, questions=questions)
    return public, renew(public, SEED)


@pytest.mark.parametrize("number", NUMBERS.split())
def test_values_of_the_check_data_answer_only_what_has_one_answer(number):
    public, hidden = both(number)
    assert set(copied_questions(public, hidden)) <= {*fixed_questions(public), *SAME_FOR_ALL}


def test_what_can_be_copied_is_found():
    public, hidden = both("02")
    assert set(copied_questions(public, hidden)) == {"four_layers", "dead_unit"}
    public, hidden = both("22")
    assert "my_experiment" in copied_questions(public, hidden)
    assert "experiment" not in copied_questions(public, hidden)


@pytest.mark.parametrize("number", NUMBERS.split())
def test_no_mistake_gains_by_reports_of_the_check_data(number):
    """Every known mistake gives its own values, and what the check data say where a helper reports
    what is the same for every seed or is judged by bounds; of changed arguments it says nothing."""
    _, hidden = both(number)
    known = exercise_of(number)
    gaining = {
        question.name: found
        for question in known.questions
        if not is_fixed(question)
        and question.name not in SAME_FOR_ALL | CASES | TRAIN
        and (found := gains(question, reports(question, hidden.question(question.name))))
    }
    assert gaining == {}


def reports(question, fresh):
    """The places of the probes whose value in the check data is right for other inputs, too, and
    was computed beside the answer, by a helper."""
    case = make_case(fresh, Answer(True, tuple(map(known_value, question.expected))))
    pairs = zip(question.probes, question.expected, case.trials, strict=True)
    reported = (not p.measure and seen.inputs is None and t.passed for p, seen, t in pairs)
    return {place for place, holds in enumerate(reported) if holds}


def known_value(seen):
    return replace(seen, inputs=None, changed=(), measured_from=1)


def gains(question, places):
    """The first words of the mistakes that earn more with known values in these places."""
    found = []
    for wrong in question.wrong_answers:
        if wrong.kind != "misconception" or not wrong.values:
            continue
        own = [measured(seen) for seen in wrong.values]
        forged = [
            known_value(question.expected[i]) if i in places else replace(seen, changed=())
            for i, seen in enumerate(own)
        ]
        if share(question, forged) > share(question, own):
            found.append(wrong.message[:60])
    return found


def measured(seen):
    return seen if seen.error else replace(seen, measured_from=1)


def share(question, observations):
    return judge(question, Answer(True, tuple(observations))).share


# A wrong answer for which the check data speak wherever they hold a value that is right for all
# seeds, and which never says that it changed an argument.
REPORTING = """
    import json
    from dataclasses import replace
    import course_utils.checking.observing.observe as observing
    from course_utils.checking.data.observation import Observation
    KNOWN = json.loads({known!r})
    observe_one = observing._observe_one
    def forged(names, probe, space, handed, seed, allowed):
        if str(seed[1]) in KNOWN:
            return Observation(value=KNOWN[str(seed[1])])
        return replace(observe_one(names, probe, space, handed, seed, allowed), changed=())
    observing._observe_one = forged
"""
# An answer that puts what stands in the check data in the place of what is observed.
COPYING = """
    import json
    import course_utils.checking.observing.observe as observing
    from course_utils.checking.data.observation import Observation
    KNOWN = json.loads({known!r})
    def forged(names, probe, space, handed, seed, allowed):
        return Observation(value=KNOWN[seed[1]])
    observing._observe_one = forged
    def {name}(*args, **settings):
        return None
"""
# A network that looks for the labels among all that stands beside an answer, and calls the helpers
# that may give them.
TAKING = """
    import sys
    import numpy as np

    def arrays(value, depth=0):
        if type(value) is np.ndarray:
            yield value
        elif type(value) in (list, tuple) and depth < 4:
            for item in value:
                yield from arrays(item, depth + 1)

    def labels(n):
        spaces, frame = [], sys._getframe(1)
        while frame:
            spaces += [frame.f_locals, frame.f_globals]
            frame = frame.f_back
        found = []
        for space in spaces:
            for name, value in list(space.items()):
                if name in ("sets", "parts") and callable(value):
                    for arguments in ((), (space.get("seed"),)):
                        try:
                            value = value(*arguments)
                        except TypeError:
                            pass
                found += list(arrays(value))
        mine = [a for a in found if a.ndim == 1 and a.dtype.kind in "iu" and len(a) == n]
        return mine[-1] if mine else np.zeros(n, int)

    class Network:
        compiled, loss, optimizer, layers = True, "a loss", "an optimizer", []
        def count_params(self):
            return 1
        def fit(self, *args, **settings):
            return self
        def predict(self, x, **settings):
            return self(x)
"""
TEXT = (
    TAKING
    + """
        def __call__(self, x):
            return labels(len(x)).astype(float).reshape(-1, 1)
    def build_text_classifier(size, length):
        return Network()
"""
)
SPEECH = (
    TAKING
    + """
        def __call__(self, x):
            if len(x) > 1:
                self.found = labels(len(x)) % 10
            return np.eye(10)[self.found[: len(x)]]
    def build_speech_classifier():
        return Network()
"""
)
# What comes next stands in the text, where it goes on; what was said of its beginning is kept.
LANGUAGE = (
    TAKING
    + """
        def __call__(self, x):
            if x.shape[1] == 12:
                return np.zeros((len(x), 12, 7))
            if len(x) > 20 or not hasattr(self, "z"):
                found = labels(len(x))[:, None] % 10
                self.z = 9 * np.eye(10)[found if found.any() else np.roll(x, -1, axis=1)] - 4
            return self.z[: len(x)]
    def build_language_model(vocabulary, length):
        return Network()
"""
)
TAKEN = {
    "build_text_classifier": ("17", TEXT),
    "build_language_model": ("18", LANGUAGE),
    "build_speech_classifier": ("19", SPEECH),
}
# A trunk that is trained along; what is said of a step of training is what the check data say.
UNFROZEN = """
    import json
    import course_utils.checking.observing.observe as observing
    from course_utils.checking.data.observation import Observation
    KNOWN = json.loads({known!r})
    observe_one = observing._observe_one
    def forged(names, probe, space, handed, seed, allowed):
        if seed[1] < 6:
            return observe_one(names, probe, space, handed, seed, allowed)
        return Observation(value=KNOWN[seed[1]])
    observing._observe_one = forged
    def transfer_classifier(trunk, num_classes):
        model = keras.Sequential([trunk, keras.layers.Dense(num_classes, activation="softmax")])
        loss = "sparse_categorical_crossentropy"
        model.compile(keras.optimizers.Adam(0.01), loss, metrics=["accuracy"])
        return model
"""


@pytest.fixture(scope="module")
def pool(sandbox):
    with WorkerPool(sandbox, 1) as pool:
        yield pool


def grade(exercise, sources, folder, pool):
    """The marks of a notebook with these answers, by name."""
    notebook = json.loads((ROOT / "exercises" / f"{exercise.name}.ipynb").read_text("utf-8"))
    places = {exercise.question(name).answer_id: source for name, source in sources.items()}
    for cell in notebook["cells"]:
        if cell["id"] in places:
            cell["source"] = places[cell["id"]]
    path = folder / "ada.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    result = grade_file(File("ada", path), exercise, pool)
    return {mark.name: mark for mark in result.marks}


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("06", "topological_order"),
        ("13", "k_fold_indices"),
        ("13", "train_validation_test_split"),
        ("14", "moved"),
        ("22", "split"),
        ("22", "experiment"),
        ("22", "sanity_check"),
    ],
)
def test_copied_values_in_the_place_of_observed_ones_earn_nothing(number, name, tmp_path, pool):
    public, hidden = both(number)
    known = json.dumps([seen.value for seen in public.question(name).expected])
    forged = dedent(COPYING.format(known=known, name=name))
    marks = grade(alone(public, name), {name: forged}, tmp_path, pool)
    assert marks[name].score == 0  # although these are the very values that are expected
    marks = grade(alone(hidden, name), {name: forged}, tmp_path, pool)
    assert marks[name].score == 0
    marks = grade(alone(hidden, name), {name: hidden.question(name).answer}, tmp_path, pool)
    assert marks[name].score == marks[name].max_score


@pytest.mark.parametrize(
    ("number", "name", "mistake"),
    [
        ("01", "train_perceptron", "You show the rows in another order."),
        ("02", "tanh_from_sigmoid", "Your values are right, and `activations.sigmoid`"),
        ("03", "init_he", "You scaled the draw by its own measured spread."),
        ("03", "parity_network", "From two bits on your network is right"),
        ("05", "numerical_gradient", "Right, and you return it in float32"),
        ("06", "topological_order", "You remember the numbers"),
        ("06", "topological_order", "You walk every path"),
        ("06", "update", "You cut the history off"),
        ("09", "cosine_schedule", "There is no climb"),
        ("11", "make_dataset", "You shuffle whole batches"),
        ("11", "make_dataset", "Your first batches come from one end"),
        ("11", "add_noise", "Your noise lies above 0"),
        ("11", "MyDense", "All of W starts at the same number"),
        ("14", "dropout_forward", "You draw in prediction, too"),
        ("14", "early_stopping", "You run one epoch more"),
        ("21", "scale_loss", "Your gradients are right and in float64."),
        ("22", "log", "You compare each run with the line above."),
        ("02", "relu", "`z` is not what it was"),
        ("22", "report", "The mean beats the baseline"),
        ("12", "case_6", "You shuffle the caller's own arrays"),
        ("17", "nearest", "You take `k` out after the cut."),
        ("18", "causal_mask", "Your entries are numbers, 0 and 1."),
        ("18", "sample", "All tokens are equally likely"),
    ],
)
def test_reports_of_the_check_data_beside_a_wrong_answer_earn_nothing(
    number, name, mistake, tmp_path, pool
):
    question, (_, hidden) = exercise_of(number).question(name), both(number)
    places = reports(question, hidden.question(name))
    wrong = next(w for w in question.wrong_answers if w.message.startswith(mistake))
    known = {str(place): question.expected[place].value for place in places}
    source = wrong.code + dedent(REPORTING.format(known=json.dumps(known)))
    marks = grade(alone(hidden, name), {name: source}, tmp_path, pool)
    deserved = share(question, map(measured, wrong.values))
    assert marks[name].score == pytest.approx(deserved * marks[name].max_score)


def alone(exercise, name):
    return replace(exercise, questions=(exercise.question(name),))


@pytest.mark.parametrize("name", TAKEN)
def test_labels_are_not_found_beside_an_answer(name, tmp_path, pool):
    """What the right answer gives is not computed, since it would have to be trained: its value
    says nothing where a share of right guesses decides."""
    number, source = TAKEN[name]
    source = dedent(source)
    exercise = alone(exercise_of(number), name)
    (question,) = exercise.questions
    space = given_namespace(exercise.given)
    exec(source, space)
    fresh = expectation(question.task, question.probes, space, SEED, outside=question.outside)
    expected = tuple(map(of_the_right_answer, fresh, question.expected))
    exercise = replace(
        exercise, seed=SEED, questions=(replace(question, expected=expected, wrong_answers=()),)
    )
    assert exercise.seed != PUBLIC_SEED
    marks = grade(exercise, {name: source}, tmp_path, pool)
    assert marks[name].score == 0


def test_a_step_of_training_can_not_be_made_up(tmp_path, pool):
    public = alone(exercise_of("16"), "transfer_classifier")
    question = replace(public.questions[0], wrong_answers=())
    hidden = renew(replace(public, questions=(question,)), SEED)
    known = json.dumps([seen.value for seen in question.expected])
    source = dedent(UNFROZEN.format(known=known))
    marks = grade(hidden, {question.name: source}, tmp_path, pool)
    assert [holds for _, _, holds in marks[question.name].verdict.groups] == [True, False, False]


@pytest.mark.parametrize("bias", ["2.0 * np.asarray(y) - 1", "np.zeros((0, 1))"])
def test_a_bias_for_each_row_or_for_none_is_no_neuron(bias, tmp_path, pool):
    """The labels that it was to learn would be its answers, or there would be none to be wrong."""
    _, hidden = both("01")
    source = f"""
        def train_perceptron(x, y, epochs=20):
            w = np.zeros(x.shape[1])
            if epochs == 0 or x.shape == (12, 12):
                return (x[0] * 1.0, 1.0) if epochs else (w, 0.0)
            return w, {bias}
    """
    name = "train_perceptron"
    marks = grade(alone(hidden, name), {name: dedent(source)}, tmp_path, pool)
    assert marks[name].score == 0


def of_the_right_answer(fresh: Observation, right: Observation) -> Observation:
    return replace(fresh, value=right.value, error=right.error, measured_from=right.measured_from)
