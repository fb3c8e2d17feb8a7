"""A sentence of help for the exceptions that learners meet most."""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from course_utils.checking.data.question import Question
from course_utils.checking.judging.told import LEFT_OUT


def error_name(error: dict[str, Any]) -> str:
    """The exception's name if it is one of Python's or NumPy's; a name of the answer's own making
    may hold anything, a hidden input too."""
    kind = str(error.get("kind", ""))
    known = getattr(builtins, kind, None) or getattr(np.exceptions, kind, None)
    known = known or getattr(np.linalg, kind, None)
    is_known = isinstance(known, type) and issubclass(known, BaseException)
    return kind if is_known or kind == OF_A_UFUNC else "an exception"


OF_A_UFUNC = "UFuncTypeError"  # NumPy shows this name and keeps the class to itself


def explain_error(error: dict[str, Any]) -> str:
    """Help for an exception as `describe_error` wrote it down; "" if there is none to give."""
    entry = entry_for(error)
    if entry is None or (error.get("kind") in OF_NUMBERS and _is_raised_by_hand(error)):
        return ""
    if error.get("kind") == "NotImplementedError" and not _is_raised_by_hand(error):
        eager = "only available when eager" in error.get("message", "")
        return OF_A_GRAPH if eager else ""
    letters = lone_letter(error) or decimal_comma(error)
    masks = joined_masks(error) or of_two(error) or of_rows(error)
    parts = not_gone_forward(error) or no_arrays_name(error) or taken_apart(error)
    if special := letters or masks or parts or numbers_of_a_graph(error):
        return special
    _, pattern, sentence = entry
    groups = [group[:40] for group in re.search(pattern, error.get("message", "")).groups()]
    chosen = _with_values(sentence, told=not any(LEFT_OUT in group for group in groups))
    fit = _how_to_fit(*groups) if "{fit}" in chosen else ""
    wrapped = re.search(r"name '(\w+)' is not defined", error.get("message", ""))
    name = error.get("missing") or (wrapped[1] if wrapped else "a name")
    said = chosen.format(*groups, missing=str(name)[:40], fit=fit)
    said = re.sub(r"\b1 (axis|element)(?:es|s)?\b", r"1 \1", said.replace(" 1 axes", " 1 axis"))
    return re.sub(r"^A (?=[aeio])", "An ", said)


OF_A_GRAPH = (
    "In a function that TensorFlow compiles there are no numbers yet, only what will be computed. "
    "`.numpy()`, and what calls it, has no place in such a function."
)
OF_NUMBERS = ("OverflowError", "ZeroDivisionError", "FloatingPointError")


def _is_raised_by_hand(error: dict[str, Any]) -> bool:
    return re.match(r"raise\b", str(error.get("source") or "").strip()) is not None


def taken_apart(error: dict[str, Any]) -> str:
    """What to say where a call takes something apart, and the line itself doesn't; "" elsewhere."""
    source = str(error.get("source") or "")
    if error.get("kind") != "ValueError" or "values to unpack" not in error.get("message", ""):
        return ""
    if not source or _takes_apart(source):
        return ""
    return (
        "What is called there takes something apart, such as pairs, and what it gets has another "
        "number of parts. Look up what it wants."
    )


def _takes_apart(source: str) -> bool:
    """Whether a line gives several names to parts of something, or is no line by itself."""
    for code in (source, f"{source} pass"):
        with contextlib.suppress(SyntaxError, ValueError):
            nodes = ast.walk(ast.parse(code))
            pairs = (node for node in nodes if isinstance(node, (ast.Tuple, ast.List)))
            return any(isinstance(pair.ctx, ast.Store) for pair in pairs)
    return True


def numbers_of_a_graph(error: dict[str, Any]) -> str:
    """What to say where a tensor that has no numbers yet is asked for them; "" elsewhere."""
    pattern = r"'SymbolicTensor' object has no attribute '(numpy|item|tolist)'"
    found = re.search(pattern, error.get("message", ""))
    if error.get("kind") != "AttributeError" or not found:
        return ""
    return (
        "Inside of a `tf.function`, and while a model is built, a tensor stands for numbers that "
        f"come later, so it has no `{found[1]}`. TensorFlow's and Keras' own functions go on with "
        "it."
    )


PLAIN = ("int", "float", "bool", "str", "list", "tuple", "dict")  # what may be handed to a layer


def not_gone_forward(error: dict[str, Any]) -> str:
    """What to say of a layer that is to go backward and has not yet seen anything; "" elsewhere."""
    found = re.match(r"'\w+' object has no attribute '\w+'", error.get("message", ""))
    called = re.search(r"\.backward\(", str(error.get("source") or ""))
    inside = found and f".{found[0].split(chr(39))[3]}" not in str(error.get("source") or "")
    inside = inside and found[0].split(chr(39))[1] not in PLAIN
    if error.get("kind") != "AttributeError" or not called or not inside:
        return ""
    return (
        "`backward` needs what each layer has seen on the way forward, and nothing has gone "
        "through yet: call the model first."
    )


def no_arrays_name(error: dict[str, Any]) -> str:
    """What to say of an attribute that a plain value lacks, and an array as well; "" elsewhere."""
    message = error.get("message", "")
    found = re.match(r"'(int|float|tuple|list|str)' object has no attribute '(\w+)'", message)
    if error.get("kind") != "AttributeError" or not found:
        return ""
    here, name = found.groups()
    if any(hasattr(kind, name) for kind in (np.ndarray, np.random.Generator, list, dict, str)):
        return ""
    sentence = f"A {here} has no `{name}`: a plain value came where an object is asked that has it."
    return re.sub(r"^A (?=[aeio])", "An ", sentence) + " Follow it back to where it was made."


def _how_to_fit(*shapes: str) -> str:
    """What makes two shapes fit, such as "4, 3" and "4,", where they look like a table and sums or
    means of its rows or columns; else ""."""
    lengths = [tuple(re.findall(r"\d+", shape)) for shape in shapes]
    short, long = sorted(lengths, key=len)
    if len(short) == len(long) - 1 and any(
        short == long[:axis] + long[axis + 1 :] for axis in range(1, len(long))
    ):
        return "; `keepdims=True` keeps an axis that is summed or averaged away, with length 1"
    return ""


def _with_values(sentence: str, *, told: bool) -> str:
    """The sentence with the part between « and » if the values are told, else what is after |."""
    return re.sub(r"«([^«»|]*)\|?([^«»]*)»", r"\1" if told else r"\2", sentence)


def lone_letter(error: dict[str, Any]) -> str:
    """Help for a letter that was meant as a text and stands without quotes: `answer = b`."""
    found = re.match(r"\w+ *= *([A-Za-z])\W*$", str(error.get("source") or ""))
    if error.get("kind") != "NameError" or not found or found[1] != error.get("missing"):
        return ""
    return f'Without quotes, `{found[1]}` names a variable. A letter is a text: `"{found[1]}"`.'


JOINS = {"and": "&", "or": "|", "not": "~"}


def joined_masks(error: dict[str, Any]) -> str:
    """Help for `and`, `or` and `not` between arrays, in a line that asks nothing else of them."""
    source = str(error.get("source") or "")
    if "truth value of an array" not in error.get("message", "") or BRANCHES.search(source):
        return ""
    found = re.search(r"(?<!is )\b(and|or|not)\b(?! in\b)", source)
    if not found:
        return ""
    return (
        f"An array has no single truth value, so `{found[1]}` can't decide for all of its elements "
        f"at once. For masks it is `{JOINS[found[1]]}`, with parentheses around each comparison."
    )


def of_two(error: dict[str, Any]) -> str:
    """Help for `max` and `min` of two arrays, in a line that has nothing else to decide."""
    name = _comparing(error, r"(?<![\w.])(max|min)\((?!\[)[^()]*,", "sorted")
    return name and (
        f"Python's `{name}` asks which of two whole arrays is the {LARGER[name]} one, and "
        f"there is no answer. `np.{name}imum(a, b)` takes the {LARGER[name]} one of each "
        "two elements."
    )


def of_rows(error: dict[str, Any]) -> str:
    """Help for `max`, `min` and `sorted` of an array with rows, where nothing else decides."""
    name = _comparing(error, r"(?<![\w.])(max|min|sorted)\(")
    return name and (
        f"Python's `{name}` compares the items of what it gets with one another, and these "
        f"are whole arrays, such as the rows of a table. `np.{name.removesuffix('ed')}` goes "
        "through its numbers."
    )


def _comparing(error: dict[str, Any], call: str, *others: str) -> str:
    """What compares arrays in a line in which nothing else decides, by a pattern of its call; ""
    if there is nothing of the kind, or one of the other words."""
    source = str(error.get("source") or "")
    found = re.search(call, source)
    if "truth value of an array" not in error.get("message", "") or not found:
        return ""
    words = "|".join(("if", "while", "assert", "and", "or", "not", "any", "all", "in", *others))
    return "" if re.search(rf"\b({words})\b", source) else found[1]


LARGER = {"max": "larger", "min": "smaller"}
BRANCHES = re.compile(r"\b(if|while|assert|any|all|sorted|max|min|in)\b")
COMMA = re.compile(r"(?:[<>=:(,]|\breturn\b) *-?(\d+),(\d+) *(?=[),:}\]]|$|if\b|else\b)")
OF_A_COMMA = (
    "invalid syntax", "positional argument follows keyword", "expected 'else' after",
    "':' expected after dictionary key", "positional argument", "leading zeros in decimal",
)  # fmt: skip


def decimal_comma(error: dict[str, Any]) -> str:
    """Help for a decimal comma that Python can't read, or takes for one argument more."""
    if error.get("kind") not in ("SyntaxError", "TypeError"):
        return ""
    found = COMMA.search(str(error.get("source") or ""))
    if not found or not any(words in error.get("message", "") for words in OF_A_COMMA):
        return ""
    whole, digits = found.groups()
    if error["kind"] == "TypeError" and whole != "0":  # `f(1,2)` is two arguments too many as well
        return ""
    return (
        f"`{whole},{digits}` with a comma is two numbers. If it is to be one, write it with a "
        f"point: `{whole}.{digits}`."
    )


def is_own_call(probe: str, error: dict[str, Any], names: tuple[str, ...]) -> bool:
    """Whether an exception without a line of the answer's came from calling the answer itself.

    So it is where a probe is nothing but a call of the answer (perhaps of an alias of a function
    that is no code of the learner's), and where Python says that its parameters don't fit.
    """
    node = ast.parse(probe, mode="eval").body
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
        return True
    fits = re.match(r"([\w.<>]*?)\(\) (?:takes|missing|got )", error.get("message", ""))
    return bool(fits) and fits[1].split(".")[0] in names


def lacks_an_entry(error: dict[str, Any], question: Question) -> str:
    """The entry that a dictionary lacks, if the check, or a right answer, names it: `d["cause"]`.

    A key that is a value of the answer's, and unknown in a table, is no entry of this kind.
    """
    found = re.fullmatch(r"'(\w[\w ]*)'", error.get("message", ""))
    if error.get("kind") != "KeyError" or not found:
        return ""
    sources = (question.helpers, question.outside, question.answer, question.starter)
    if found[1] not in {key for source in sources for key in _keys(source)}:
        return ""
    return f'the entry `"{found[1]}"` is missing in its dictionary. Compare the names of yours.'


def _keys(source: str) -> Iterator[str]:
    """The texts by which code takes, or puts, an entry of a dictionary."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            yield from _texts([node.slice])
        elif isinstance(node, ast.Dict):
            yield from _texts(node.keys)


def _texts(nodes: list) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


OF_NUMPY = re.compile(
    r"broadcast|matmul|inhomogeneous|setting an array element|could not convert|cannot reshape"
    r"|zero-size array|dimensions? (?:must match|except)|not enough values|too many values"
    r"|truth value|same (?:shape|length)|invalid literal|argument \d|is not in list"
)


def is_authors(error: dict[str, Any]) -> bool:
    """Whether what a measure raised is its author's sentence, and none of Python's or NumPy's."""
    return error.get("kind") == "ValueError" and not OF_NUMPY.search(error.get("message", ""))


def is_raised_by(helpers: str, error: dict[str, Any]) -> bool:
    """Whether an exception's message is a sentence that a probes cell raises by itself."""
    return error.get("kind") == "ValueError" and any(
        sentence.fullmatch(error.get("message", "")) for sentence in _sentences(helpers)
    )


@functools.lru_cache(maxsize=64)
def _sentences(helpers: str) -> tuple[re.Pattern[str], ...]:
    """What the statements `raise ValueError(...)` of a source say, whatever they fill in."""
    nodes = (node for node in ast.walk(ast.parse(helpers)) if isinstance(node, ast.Raise))
    calls = [node.exc for node in nodes if isinstance(node.exc, ast.Call) and node.exc.args]
    texts = [call.args[0] for call in calls if getattr(call.func, "id", "") == "ValueError"]
    written = [text.values if isinstance(text, ast.JoinedStr) else [text] for text in texts]
    constant = [[p.value if isinstance(p, ast.Constant) else None for p in ps] for ps in written]
    told = [parts for parts in constant if any(parts)]  # else it may be anybody's sentence
    as_patterns = [["(?s:.*)" if p is None else re.escape(str(p)) for p in ps] for ps in told]
    return tuple(re.compile("".join(parts)) for parts in as_patterns)


OWN_SENTENCE = re.compile(r"(\w[\w.]*)(?:=.*?)?: \S.{10,300}")


def says_what_it_expects(error: dict[str, Any]) -> str:
    """The sentence of the course's own functions: `weights: expected six numbers, got 0.1`.

    They begin with the name of an argument. So do some of NumPy's, with the name of a function.
    """
    message = error.get("message", "")
    found = OWN_SENTENCE.fullmatch(message)
    if error.get("kind") not in ("ValueError", "TypeError") or not found or hasattr(np, found[1]):
        return ""
    return f"{message.rstrip('.')}."


def explain_outside(error: dict[str, Any], names: tuple[str, ...]) -> str:
    """What an exception says of the value on which the check's own code failed."""
    kind, message = error.get("kind", ""), error.get("message", "")
    attribute = re.match(r"'(\w+)' object has no attribute '(\w+)'", message)
    if "NoneType" in message:
        return (
            "Somewhere there is None where a value is asked: does a function lack its `return`, or "
            "is something set to None?"
        )
    if attribute and attribute[1] in names:
        return (
            f"An object of `{attribute[1]}` has no `{attribute[2]}`: look for this name in the "
            "task, and for a misspelling."
        )
    called = re.match(r"'(list|tuple|dict|str|int|float|ndarray)' object is not callable", message)
    if called:
        return (
            f"It is a plain {called[1]}, and something that can be called is asked, such as a "
            "function or a model."
        )
    if kind == "TypeError" and re.match(r"unhashable type: '(list|numpy.ndarray)'", message):
        return (
            "Where single values are asked, such as row numbers, there are lists: it has a level "
            "of brackets too many. (`np.where(mask)` gives a tuple of arrays, and "
            "`np.flatnonzero(mask)` the row numbers.)"
        )
    if "function object" in message or "'function'" in message:
        return (
            "It is a function, or holds one, where something else is asked. Read in the task what "
            "it is to be: a list, a pair, a value?"
        )
    if "'ellipsis'" in message:  # the type; NumPy speaks of the sign in the words of an index
        return "The placeholder `...` is still in it."
    if model := _explain_model(message):
        return model
    if kind == "ValueError" and ("matmul" in message or "broadcast" in message):
        return (
            "The shapes in it don't fit together, or don't fit what is put in. Write down each "
            "shape, and what it has to meet."
        )
    of_dicts = re.search(r"has no attribute '(get|items|keys|values|update|setdefault)'", message)
    if kind == "AttributeError" and of_dicts:
        return f"A {message.split(chr(39))[1]} came where a dictionary is asked."
    if kind == "AttributeError" and re.match(r"'(int|float|tuple|list|str|float64)'", message):
        return f"A plain {message.split(chr(39))[1]} came where an object with attributes is asked."
    named = re.match(r"(list|tuple|string) indices must be integers(?: or slices)?, not", message)
    if named:
        return (
            f"A {named[1]} came where a dictionary with named entries is asked. Does your `return` "
            "give several things, with a comma between them?"
        )
    if kind in ("AttributeError", "TypeError") and message.startswith("'set' object"):
        return "A set has no order, and no places: make a tuple or a list of it."
    if kind == "TypeError" and re.match(r"'(int|float|float64)' object is not iterable", message):
        return (
            "A single number stands where several things are asked. A tuple of one needs its "
            "comma: `(x,)`. Without it, `(x)` is x itself."
        )
    if kind == "TypeError" and re.match(
        r"object of type '(\w*iterator|generator)' has no", message
    ):
        return (
            "An iterator gives its items once, and has no length: `list(...)` makes a list of it."
        )
    if kind == "ValueError" and message.startswith("could not convert string to float"):
        return "A text stands in it where a number is asked."
    if kind == "ValueError" and "inhomogeneous shape" in message:
        return "Its rows have different lengths, and no array can be made of them."
    if kind == "ValueError" and "unpack" in message:
        return "It has another number of parts than the task says: count them."
    return (
        "Compare what you have with what the task says of it: its type, its parts and their "
        "order, the shapes of arrays, the names of attributes."
    )


RANKS = re.compile(
    r"`target` and `output` must have the same rank.* target\.shape=\(([^)]*)\), "
    r"output\.shape=\(([^)]*)\)"
)
AXIS = re.compile(
    r"expected axis (-?\d+) of input shape to have value (\d+), but received input with shape "
    r"\(([^)]*)\)"
)


def _explain_model(message: str) -> str:
    """What Keras says of a model that isn't compiled, or not so that its parts fit together."""
    if "You must call `compile()`" in message:
        return "The model isn't compiled: `compile` names optimizer and loss, and `fit` needs both."
    if "dtype='string' is not a valid dtype" in message:
        return (
            "A text came where a number is asked. Without its name, the third argument of "
            "`compile` is `loss_weights`; what is to be measured is given as `metrics=[...]`."
        )
    ranks, axis = RANKS.search(message), AXIS.search(message)
    if ranks and len(re.findall(r"\w+", ranks[2])) == len(re.findall(r"\w+", ranks[1])) + 1:
        return (
            "The loss wants labels as long rows of zeros with a 1, of the shape of the answers. "
            'For labels that are whole numbers it has another name: `"sparse_categorical_'
            'crossentropy"`.'
        )
    if axis and axis[1] == "-1":
        came = axis[3].split(",")[-1].strip()
        layer = re.search(r"of layer ['\"](\w+)['\"]", message)
        of_model = re.search(r"calling (Sequential|Functional)\.call", message)
        if layer and not of_model and not re.match("sequential|functional", layer[1]):
            return (  # a layer that is called by itself
                f"The layer `{layer[1]}` takes {axis[2]} where {came} come in along the last axis: "
                "is it called with what the layer before it gives?"
            )
        return (
            f"Your model takes {axis[2]} where {came} come in along the last axis: how many "
            "channels, or features, does your `Input` say?"
        )
    return ""


def entry_for(error: dict[str, Any]) -> tuple[str, str, str] | None:
    """The first entry of `HELP` that fits an exception: its kind, pattern and sentence."""
    kind, message = error.get("kind", ""), error.get("message", "")
    return next((e for e in HELP if e[0] == kind and re.search(e[1], message)), None)


HELP = (
    (
        "ValueError",
        r"expected x of shape \(batch((?:, \d+)+)\), got \(1, \d+\1\)",
        "A batch came where one example is expected, and got an axis more. What adds the batch "
        "axis by itself, with `x[None]`, takes one example at a time.",
    ),
    (
        "ValueError",
        r"is incompatible with the layer: expected (?:min_)?ndim=(\d+|…), found ndim=(\d+|…)",
        "This layer wants {0} axes, that of the batch among them, and {1} come in. `Input` says "
        "the shape of one example, with its channels; global pooling and `Flatten` take "
        "axes away.",
    ),
    (
        "NameError",
        "",
        "`{missing}` is not known here. If a cell above defines it, run that cell; if not, look "
        "for a misspelling, or for a name that should be an argument.",
    ),
    (
        "UnboundLocalError",
        "",
        "A name that is assigned inside a function is local to all of it; it was used before its "
        "first assignment.",
    ),
    (
        "ValueError",
        r"matmul.*size (\d+|…) is different from (\d+|…)",
        "`A @ B` needs as many columns in A as B has rows«, and here they are {1} and {0}». Write "
        "both shapes down; perhaps the order is wrong, or one must be transposed.",
    ),
    (
        "ValueError",
        r"shapes \(([\d, ]*|…)\) and \(([\d, ]*|…)\) not aligned",
        "The inner lengths of a product must agree«, and the shapes are ({0}) and ({1})».",
    ),
    (
        "ValueError",
        r"non-broadcastable output operand with shape \(([\d, ]*|…)\).*shape \(([\d, ]*|…)\)",
        "«Shapes ({0}) and ({1})|The shapes» don't fit: a result is to be written into an array, "
        "as `+=` does, and that array's shape is too small for it.",
    ),
    (
        "ValueError",
        r"zero-size array to reduction|attempt to get arg(?:max|min) of an empty sequence",
        "Of no numbers at all there is no largest and no smallest one. An array is empty here: "
        "print where the slice, or the mask, that makes it begins and ends.",
    ),
    (
        "ValueError",
        r"could not be broadcast together with shapes \(([\d, ]*|…)\) \(([\d, ]*|…)\)",
        "«Shapes ({0}) and ({1})|The shapes» don't fit: aligned at the right, each pair of lengths "
        "must be equal or one of them 1{fit}.",
    ),
    (
        "ValueError",
        r"could not broadcast input array from shape (\(.*\)) into shape (\(.*\))",
        "An array of another shape is written into a part of an array«: {0} into {1}».",
    ),
    (
        "ValueError",
        r"input operand has more dimensions than allowed",
        "`np.broadcast_to` only makes an array larger, by copies of what is there. To come back to "
        "a smaller shape something must be taken together.",
    ),
    (
        "ValueError",
        r"math domain error",
        "A function of `math` got a number for which it has no value, such as the logarithm of 0, "
        "the root of a negative number, or `atanh` of 1. Which number comes in there?",
    ),
    (
        "ValueError",
        r"must match exactly|must match in",
        "Arrays that are joined must match in every axis but the one along which they are joined. "
        "Print their shapes.",
    ),
    (
        "ValueError",
        r"inhomogeneous shape",
        "An array can't have rows of different lengths. Print what you make it from.",
    ),
    (
        "ValueError",
        r"cannot reshape array of size 0 into",
        "An array is empty there. Print where the slice, or the mask, that makes it begins and "
        "ends: `:-0`, for one, is `:0` and takes nothing.",
    ),
    (
        "ValueError",
        r"cannot reshape array of size (\d+|…) into shape (\((?:[\d, ]*|…)\))",
        "«{0} elements can't fill the shape {1}: the product of its lengths must be {0}|The "
        "product of the new shape's lengths must be the number of elements».",
    ),
    (
        "ValueError",
        r"values to unpack",
        "On the left of `=` stand not as many names as there are values on the right.",
    ),
    (
        "ValueError",
        r"truth value of an array",
        "An array has no single truth value, so `if` can't decide for all elements at once: use "
        "`np.where`, or a mask such as `z > 0`.",
    ),
    (
        "ValueError",
        r"array split does not result in an equal division",
        "`np.split` cuts into equal parts only, and this length has a rest. Is the rest to be left "
        "out first, or may the parts differ in length, as those of `np.array_split` do?",
    ),
    (
        "ValueError",
        r"\bread-only\b",
        "This array belongs to whoever calls, and may only be read: make a new one, or a copy, "
        "instead of writing into it.",
    ),
    (
        "ValueError",
        r"invalid literal|could not convert string",
        "This string is not a number that Python can read.",
    ),
    (
        OF_A_UFUNC,
        r"Cannot cast ufunc '\w+' output from dtype\('(\w+)'\) to dtype\('(\w+)'\)",
        "The result is {0}, and the array into which it is to be written holds {1}. `-=`, `*=` and "
        "`out=` write into an array that is there already, and that may be somebody else's: a new "
        "array, or a copy as floats, holds what comes out.",
    ),
    (
        OF_A_UFUNC,
        r"ufunc '(\w+)' did not contain a loop",
        "`{0}` doesn't know the kinds of values that meet here. Print the `dtype` of each: is one "
        "of them an array of texts, or of objects?",
    ),
    (
        "TypeError",
        r"\w\.\w+\(\) takes (\d+|…) positional arguments? but (\d+|…) (?:was|were) given",
        "«It takes {0} and was called with {1}, of which|It takes fewer arguments than came, of "
        "which» the object itself is one. In a class the first parameter is `self`.",
    ),
    (
        "TypeError",
        r"takes (\d+|…) positional arguments? but (\d+|…) (?:was|were) given",
        "«It takes {0} and was called with {1}|It was called with another number of arguments than "
        "it takes». Keep the parameters of the starter code, or look up "
        "how it is called.",
    ),
    (
        "TypeError",
        r"missing (\d+|…) required (?:positional|keyword-only) argument",
        "The call gives fewer arguments than the function asks for; keep the parameters of the "
        "starter code.",
    ),
    (
        "TypeError",
        r"unexpected keyword argument '(\w+)'",
        "The function has no parameter `{0}`. Keep the parameters of the starter code, or look up "
        "how it is called.",
    ),
    (
        "TypeError",
        r"only (?:length-1|0-dimensional|size-1) arrays can be converted",
        "`int`, `float` and the functions of the `math` module take one number, and here comes an "
        "array. NumPy's functions take a whole array; an index takes one number out.",
    ),
    (
        "TypeError",
        r"(?:float|int)\(\) argument must be .*, not '(\w+)'",
        "A plain number is asked there, and here comes a `{0}`. Which of its attributes is the "
        "number, or should it have been handed on as it is?",
    ),
    (
        "TypeError",
        r"'NoneType' object is not callable",
        "What stands before the parentheses is None there. Was nothing handed over for it, so that "
        "a default of None is left, or did a line that made it return nothing?",
    ),
    (
        "TypeError",
        r"NoneType",
        "Something is None: a function that doesn't `return`, a method that works in place, or a "
        "name that got None at first and nothing since.",
    ),
    (
        "TypeError",
        r"ellipsis",
        "The placeholder `...` is still in your code.",
    ),
    (
        "TypeError",
        r"not supported between instances of '(?:list|tuple|dict|str)' and '(?:int|float)'",
        "One number can't be larger or smaller than a list, a text or a dictionary. Which item of "
        "it is meant, or which number made of its items?",
    ),
    (
        "TypeError",
        r"unsupported operand.*'(?:list|tuple)'|'(?:list|tuple)' and ",
        "A list has no arithmetic of its own: make an array of it first, with `np.asarray`.",
    ),
    (
        "TypeError",
        r"unsupported operand type\(s\) for \^=?:|ufunc 'bitwise_xor' not supported",
        "A power is written `**` in Python. `^` is something else, on the bits of whole numbers.",
    ),
    (
        "TypeError",
        r"unsupported operand type\(s\) for ([^:]+): '([\w.]+)' and '([\w.]+)'",
        "`{0}` has no meaning between the types `{1}` and `{2}`, and here they meet. Print both "
        "values: is each what you mean it to be?",
    ),
    (
        "TypeError",
        r"unsupported operand|can only concatenate str|must be str, not",
        "A str and an int, or another pair that can't be added, meet here. Print the type of both.",
    ),
    (
        "TypeError",
        r"(list|tuple|string) indices must be integers or slices, not tuple",
        "A {0} takes one index at a time, and a comma, as in `[:, k]` or `[i, j]`, makes two of "
        "it. Only an array takes two.",
    ),
    (
        "TypeError",
        r"indices must be integers|cannot be interpreted as an integer",
        "An index must be one of the whole numbers; `//` divides without a fraction.",
    ),
    (
        "TypeError",
        r"'(?:int|float|numpy\.\w+|list|tuple|str|dict)' object is not callable|not callable",
        "Something that isn't a function is called: look for a missing operator before "
        "parentheses, or a function's name that now holds a value.",
    ),
    (
        "TypeError",
        r"'(generator|map|filter|zip|enumerate|reversed)' (?:object is not subscr|has no len)",
        "A {0} gives its values one after the other and holds none of them, so it has no length "
        "and no `[0]`. Collect them first: `list(...)`.",
    ),
    (
        "TypeError",
        r"'[\w.]*(?:[Ff]unction|method|ufunc)\w*' (?:object is not (?:subscr|iter)|has no len)",
        "A function stands where its result was meant: parentheses call it, and `[...]` takes a "
        "part of what it returns.",
    ),
    (
        "TypeError",
        r"'(?!NoneType'|(?:numpy\.)?(?:u?int|float|bool|complex)\w*')([\w.]+)' "
        r"(?:object is not (?:subscr|iter)|has no len)",
        "A {0} stands there, which is no list and no array, and can't be used as one. Print it "
        "where it is made.",
    ),
    (
        "TypeError",
        r"is not subscriptable|has no len\(\)|is not iterable|not subscriptable",
        "There is one number where a list or an array was meant. Print it where it is made.",
    ),
    (
        "IndexError",
        r"only integers, slices|must be integers",
        "An index must be one of the whole numbers, a slice or a mask; `//` divides without a "
        "fraction.",
    ),
    (
        "IndexError",
        r"index (-?\d+|…) is out of bounds for axis (\d+|…) with size (\d+|…)",
        "«Axis {1} has {2} elements, counted from 0, so there is no index {0}|An index is too "
        "large for its axis: elements are counted from 0».",
    ),
    (
        "IndexError",
        r"boolean index did not match.* axis (?:\d+|…); size of axis is (\d+|…) .* is (\d+|…)",
        "A mask has a truth value for each element along its axis«: here are {0} elements, and {1} "
        "truth values». Was one of the two cut or picked from, and the other not?",
    ),
    (
        "IndexError",
        r"tuple index out of range",
        "The tuple is shorter than you think, counted from 0. If it is a shape: an array with one "
        "axis has `shape[0]` and no `shape[1]`.",
    ),
    (
        "IndexError",
        r"index out of range",
        "There is no such element: they are counted from 0. Is the index wrong, is the sequence "
        "shorter than you think, or does a loop go on past its end?",
    ),
    (
        "IndexError",
        r"too many indices",
        "The array has fewer axes than you index; print its shape. Is it one example, without the "
        "axis of a batch, or a single row, or number, that your code has taken out of it?",
    ),
    (
        "AxisError",
        r"axis (-?\d+|…) is out of bounds for array of dimension (\d+|…)",
        "«The array has {1} axes, so there is no axis {0}|The array has fewer axes»; axis -1 is "
        "always the last.",
    ),
    (
        "KeyError",
        "",
        "The dict has no such key. Print its keys: is it spelled in another way, or may it be "
        "missing at times, so that `in` has to ask first?",
    ),
    (
        "AttributeError",
        r"module '([\w.]+)' has no attribute '(\w+)'",
        "The module {0} has no `{1}`: look for a misspelling.",
    ),
    (
        "AttributeError",
        r"'NoneType' object has no attribute '(\w+)'",
        "Something is None, and `.{0}` is asked of it: a function that doesn't `return`, a method "
        "that works in place, or a name that got None at first and nothing since.",
    ),
    (
        "AttributeError",
        r"'(int|float)' object has no attribute "
        r"'(random|normal|standard_normal|uniform|integers|choice|permutation|permuted|shuffle)'",
        "A generator of random numbers is asked where `.{1}` is called, and here comes a plain "
        "{0}. `np.random.default_rng` makes a generator of a seed; once made, it is handed on.",
    ),
    (
        "AttributeError",
        r"'(list|tuple|int|float|str|dict|range|function)' object has no attribute '(\w+)'",
        "A {0} has no `{1}`; an array has more, and `np.asarray` makes one. Was that meant?",
    ),
    (
        "AttributeError",
        r"'(\w+)' object has no attribute '(\w+)'",
        "A {0} has no `{1}`: look for a misspelling, or look its name up. If {0} is a class of "
        "yours, is `self.{1}` set in `__init__` under another name?",
    ),
    (
        "ZeroDivisionError",
        "",
        "Something is divided by 0. For which input, and what should come out then?",
    ),
    (
        "OverflowError",
        r"cannot convert float infinity to integer",
        "An infinity is put where only whole numbers have their place, which have none.",
    ),
    (
        "OverflowError",
        "",
        "A number becomes too large on the way. Is it one input, and is there a form that avoids "
        "it, or do the numbers grow from step to step, as in a training that goes the wrong way?",
    ),
    (
        "RecursionError",
        "",
        "The function calls itself, inside of itself, too many times: without end, or once for "
        "each step of something long. Which input should stop it, or could a loop do it?",
    ),
    (
        "SyntaxError",
        r"leading zeros in decimal",
        "Python writes decimals with a point, as in `0.5`; a comma separates two numbers.",
    ),
    (
        "SyntaxError",
        "",
        "Python can't read the cell: look at the line named, and the one before it, for a missing "
        "bracket, colon or quote.",
    ),
    (
        "IndentationError",
        "",
        "The indentation doesn't fit: the body of a function stands four spaces to the right.",
    ),
    (
        "TabError",
        "",
        "Spaces and tabs are mixed: indent with four spaces everywhere.",
    ),
    (
        "ModuleNotFoundError",
        "",
        "This module isn't there. It may be missing on this machine, or not be allowed in this "
        "question.",
    ),
    (
        "ImportError",
        "",
        "This name isn't there in the module: look for a misspelling.",
    ),
    (
        "AssertionError",
        "",
        "An `assert` in your code doesn't hold for this input: which of its sides is as you "
        "expect?",
    ),
    (
        "NotImplementedError",
        "",
        "This part is yet to be written: replace the line that raises.",
    ),
    (
        "LinAlgError",
        "",
        "The matrix has no inverse, because its rows or columns depend on each other. Is an "
        "inverse needed here?",
    ),
    (
        "MemoryError",
        "",
        "It asks for more memory than there is. Which array grows with the square of the input?",
    ),
    (
        "StdinNotImplementedError",
        "",
        "An answer can't ask anybody: take what it needs from its arguments, not from `input()`.",
    ),
    (
        "SystemExit",
        "",
        "Your code ends the program (`exit()` or `sys.exit()`); an answer should return.",
    ),
)
