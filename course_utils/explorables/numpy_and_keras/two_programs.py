"""One program, written for course_utils.nn and for Keras: its lines, and what may differ."""

EPOCHS = 40
OPTIMIZERS = ("sgd", "rmsprop", "adam")
DIFFERENCES = ("nothing", "the order of the rows", "the first weights")

IMPORTS = {
    "numpy": (
        "from course_utils.nn import Input, Sequential",
        "from course_utils.nn.layers import Dense",
    ),
    "keras": ("from keras import Input, Sequential", "from keras.layers import Dense"),
}
BODY = """
model = Sequential([
    Input((8,)),
    Dense(10, activation="relu"),
    Dense(8, activation="relu"),
    Dense(1, activation="sigmoid"),
])
model.set_weights({weights})
model.compile("{optimizer}", "binary_crossentropy")
history = model.fit(
    {x}, {y},
    epochs=40, batch_size=32,
    shuffle=False, verbose=0)
"""


def program(library, differs, optimizer):
    """The lines of one program. `library`: "numpy" or "keras"; only Keras' lines ever differ.

    The names that it does not define: `x` (333, 8) and `y` (333,) of the penguins, the lists of
    arrays `weights` and `other_weights`, and `order`, another order of the 333 rows.
    """
    changed = differs if library == "keras" else "nothing"
    rows = "[order]" if changed == "the order of the rows" else ""
    weights = "other_weights" if changed == "the first weights" else "weights"
    body = BODY.format(weights=weights, optimizer=optimizer, x=f"x{rows}", y=f"y{rows}")
    return [*IMPORTS[library], *body.splitlines()]
