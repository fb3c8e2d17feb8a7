"""Build the Keras notebook of the folder given, judge answers to it, and print the verdicts."""

import sys
from pathlib import Path

from course_utils.authoring.build import Course, build
from course_utils.checking.data.question import load
from course_utils.checking.judging.judge import judge
from course_utils.checking.observing.answer import given_namespace, look_at
from course_utils.checking.observing.run import run_cell

SIGMOID = """
def build_model():
    layers = [keras.layers.Dense(8, "sigmoid"), keras.layers.Dense(2, "softmax")]
    model = keras.Sequential([keras.Input((2,)), *layers])
    model.compile(loss="sparse_categorical_crossentropy")
    return model
"""
HALF = "def predict(x_train, y_train, x_new):\n    return (x_new[:, 0] > 0).astype(int)"

course = Course(Path(sys.argv[1]))
result = build(course, course.solutions()[0])
print(result.state, result.message)
exercise = load(course.checks("98_keras"))
given = given_namespace(exercise.given)


def verdict_on(question, code):
    space = dict(given)
    run_cell(code, "<cell answer>", space)
    return judge(question, look_at(question.task, space, given, exercise.seed))


for question, label, wrong in zip(
    exercise.questions, ("sigmoid", "half"), (SIGMOID, HALF), strict=True
):
    print(f"{question.name} starter: {verdict_on(question, question.starter).kind}")
    for name, code in ((label, wrong), ("right", question.answer)):
        verdict = verdict_on(question, code)
        print(f"{question.name} {name}: {verdict.kind}, {verdict.cause}")
