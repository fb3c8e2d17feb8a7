"""Keras' names and arguments that are not here, and what to write instead, if only `keras`."""

KERAS = "use Keras for it; the other lines of the program stay as they are"
FUNCTIONAL = (
    "models here are layers in a row: Sequential([Input(shape), Dense(...), ...]). "
    "For branches and several inputs " + KERAS
)
STEPS = "there are SGD, RMSprop, Adam and AdamW; " + KERAS
RECURRENT = "recurrent layers need backpropagation through time; " + KERAS
PICTURES = "change the pictures with NumPy before fit, or " + KERAS

LEFT_OUT = {
    "Model": FUNCTIONAL,
    "Functional": FUNCTIONAL,
    "Concatenate": FUNCTIONAL,
    "Add": FUNCTIONAL,
    "MultiHeadAttention": "attention has several inputs; " + KERAS,
    "Attention": "attention has several inputs; " + KERAS,
    "Masking": "nothing here follows masks through the layers; " + KERAS,
    "LSTM": RECURRENT,
    "GRU": RECURRENT,
    "SimpleRNN": RECURRENT,
    "Bidirectional": RECURRENT,
    "TimeDistributed": "Dense already treats every place alike; for other layers " + KERAS,
    "Lambda": "a function can't be saved safely, and its derivative is not known: subclass Layer "
    "and write forward and backward",
    "InputLayer": "write Input(shape)",
    "Normalization": "take x.mean(axis=0) and x.std(axis=0) of the training rows yourself",
    "TextVectorization": "make whole numbers of the words with NumPy; Embedding takes them",
    "RandomFlip": PICTURES,
    "RandomRotation": PICTURES,
    "RandomZoom": PICTURES,
    "Conv2DTranspose": KERAS,
    "SeparableConv2D": "write DepthwiseConv2D and then Conv2D(filters, 1)",
    "TensorBoard": "fit returns a History; plot its history",
    "CSVLogger": "fit returns a History; write its history to a file",
    "LambdaCallback": "subclass Callback and write the methods that you want",
    "TerminateOnNaN": "subclass Callback, and set self.model.stop_training = True in on_epoch_end",
    "clone_model": "build the model again and set_weights(model.get_weights())",
    "Adagrad": STEPS,
    "Adadelta": STEPS,
    "Adamax": STEPS,
    "Nadam": STEPS,
    "KLDivergence": KERAS,
    "CosineSimilarity": KERAS,
    "F1Score": "take Precision and Recall; 2 P R / (P + R) of the two is the F1 score",
    "TopKCategoricalAccuracy": KERAS,
    "SparseTopKCategoricalAccuracy": KERAS,
    "plot_model": "print the model with summary()",
    "pad_sequences": "cut and fill the rows with NumPy",
    "image_dataset_from_directory": "read the pictures into one NumPy array",
    "datasets": "the data of the course are in course_utils.datasets; load others with Keras",
    "applications": KERAS,
    "ops": "its functions are NumPy's",
    "backend": "what computes here is NumPy",
}

METHODS = {
    "train_on_batch": "fit(x, y, batch_size=len(x), verbose=0) takes one step",
    "test_on_batch": "evaluate(x, y, batch_size=len(x)) takes one batch",
    "predict_on_batch": "call the model, model(x), or predict(x)",
    "get_config": "save(path) and load_model(path) keep layers, settings and weights",
    "from_config": "save(path) and load_model(path) keep layers, settings and weights",
    "to_json": "save(path) and load_model(path) keep layers, settings and weights",
    "export": "save(path) keeps it for this course; to serve it " + KERAS,
    "fit_generator": "fit takes arrays; put the batches together with np.concatenate",
    "predict_classes": "predict(x).argmax(axis=1), or predict(x) > 0.5 for one output",
    "predict_proba": "predict(x) gives the probabilities",
    "compile_from_config": "call compile again",
}

ARGUMENTS = {
    "curve": "this is the area under the ROC curve. The area under precision and recall is "
    "sklearn.metrics.average_precision_score(y, model.predict(x))",
    "initial_epoch": "leave it out, and let epochs be those that are still to come: "
    "a second fit goes on where the first stopped",
    "lr": "write learning_rate",
    "decay": "give learning_rate a schedule, such as InverseTimeDecay",
    "mask_zero": "leave it out, and row 0 is learned like any other. "
    "To pass over padding in all layers " + KERAS,
}


def refuse_unknown(owner, unknown, taken):
    """Raise TypeError if `unknown`, a call's **unknown, holds anything: what to do instead.

    taken: the arguments that there are.
    """
    for name in unknown:
        there_is = ", ".join(taken)
        instead = ARGUMENTS.get(name, f"it takes {there_is}" if there_is else "it takes none")
        raise TypeError(f"{owner}: unknown argument {name!r}; {instead}")


def no_such_method(owner, name):
    """What an object does for a name that it does not have: AttributeError, as in Python.

    If it is a method of Keras', the message says what to write instead.
    """
    if name in METHODS:
        raise AttributeError(f"{type(owner).__name__} has no {name!r}: {METHODS[name]}")
    return object.__getattribute__(owner, name)


def look_up(name):
    """What a module does for a name that it does not have (Python calls it `__getattr__`).

    ImportError, so that the sentence also arrives where the name stands in an import line.
    """
    if name in LEFT_OUT:
        raise ImportError(f"{name} is not in course_utils.nn: {LEFT_OUT[name]}")
    raise AttributeError(f"course_utils.nn has no {name!r}")
