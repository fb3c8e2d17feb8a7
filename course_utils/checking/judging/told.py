"""What may be told of an exception's message where the inputs stay hidden.

A message that a run reports may be forged to carry an input. So only what the code of Python, of
NumPy or of the course itself says is told, and the values in it are left out.
"""

from __future__ import annotations

import ast
import builtins
import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

LEFT_OUT = "…"
LEAST_WORDS = 3  # fewer are no sentence of the course's that anybody would recognize
MOST_CHARACTERS = 500

# `#` stands for values, which are left out; `<>` for a name, kept if it is known.
SENTENCES = (
    "operands could not be broadcast together with shapes (#) (#)",
    "operands could not be broadcast together with remapped shapes [original->remapped]: #",
    "matmul: Input operand # has a mismatch in its core dimension #, with gufunc signature # "
    "(size # is different from #)",
    "matmul: Input operand # does not have enough dimensions (has #, gufunc core with signature # "
    "requires #)",
    "shapes (#) and (#) not aligned: # (dim #) != # (dim #)",
    "non-broadcastable output operand with shape (#) doesn't match the broadcast shape (#)",
    "could not broadcast input array from shape (#) into shape (#)",
    "shape mismatch: objects cannot be broadcast to a single shape#",
    "shape mismatch: indexing arrays could not be broadcast together with shapes #",
    "shape mismatch: value array of shape # could not be broadcast to indexing result of shape #",
    "setting an array element with a sequence. The requested array has an inhomogeneous shape "
    "after # dimensions. The detected shape was # + inhomogeneous part.",
    "setting an array element with a sequence.#",
    "cannot reshape array of size # into shape (#)",
    "all the input array dimensions except for the concatenation axis must match exactly, but "
    "along dimension #, the array at index # has size # and the array at index # has size #",
    "all the input arrays must have same number of dimensions, but the array at index # has # "
    "dimension(s) and the array at index # has # dimension(s)",
    "all input arrays must have the same shape",
    "need at least one array to concatenate",
    "need at least one array to stack",
    "zero-dimensional arrays cannot be concatenated",
    "cannot select an axis to squeeze out which has size not equal to one",
    "not enough values to unpack (expected #, got #)",
    "not enough values to unpack (expected at least #, got #)",
    "too many values to unpack (expected #)",
    "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()",
    "The truth value of an empty array is ambiguous. Use `array.size > 0` to check that an array "
    "is not empty.",
    "assignment destination is read-only",
    "output array is read-only",
    "invalid literal for int() with base #: #",
    "could not convert string to float: #",
    "array split does not result in an equal division",
    "math domain error",
    "math range error",
    "expected a positive input#",
    "expected a nonnegative input#",
    "zip() argument # is longer than argument #",
    "zip() argument # is shorter than argument #",
    "zero-size array to reduction operation <> which has no identity",
    "attempt to get <> of an empty sequence",
    "max() iterable argument is empty",
    "min() iterable argument is empty",
    "max() arg is an empty sequence",
    "min() arg is an empty sequence",
    "list.remove(x): x not in list",
    "negative dimensions are not allowed",
    "Integers to negative integer powers are not allowed.",
    "cannot convert float NaN to integer",
    "cannot convert float infinity to integer",
    "int too large to convert to float",
    "index # is out of bounds for axis # with size #",
    "index # is out of bounds for size #",
    "too many indices for array: array is #-dimensional, but # were indexed",
    "boolean index did not match indexed array along axis #; size of axis is # but size of "
    "corresponding boolean axis is #",
    "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean "
    "arrays are valid indices",
    "arrays used as indices must be of integer (or boolean) type",
    "list index out of range",
    "list assignment index out of range",
    "tuple index out of range",
    "string index out of range",
    "range object index out of range",
    "pop from empty list",
    "axis # is out of bounds for array of dimension #",
    "#: axis # is out of bounds for array of dimension #",
    "axes don't match array",
    "# is not in list",
    "Cannot take a larger sample than population when replace is False",
    "only length-1 arrays can be converted to Python scalars",
    "only 0-dimensional arrays can be converted to Python scalars",
    "<>() takes # positional argument but # were given",
    "<>() takes # positional argument but # was given",
    "<>() takes # positional arguments but # were given",
    "<>() takes # positional arguments but # was given",
    "<>() takes from # to # positional arguments but # were given",
    "<>() takes no arguments",
    "<>() missing # required positional argument: #",
    "<>() missing # required positional arguments: #",
    "<>() missing # required keyword-only argument: #",
    "<>() missing # required keyword-only arguments: #",
    "<>() got an unexpected keyword argument '<>'",
    "<>() got multiple values for argument '<>'",
    "unsupported operand type(s) for <>: '<>' and '<>'",
    "bad operand type for unary <>: '<>'",
    "'<>' not supported between instances of '<>' and '<>'",
    'can only concatenate str (not "<>") to str',
    'can only concatenate list (not "<>") to list',
    'can only concatenate tuple (not "<>") to tuple',
    "can't multiply sequence by non-int of type '<>'",
    "must be real number, not <>",
    "must be str, not <>",
    "float() argument must be a string or a real number, not '<>'",
    "int() argument must be a string, a bytes-like object or a real number, not '<>'",
    "'<>' object is not callable",
    "'<>' object is not subscriptable",
    "'<>' object is not iterable",
    "'<>' object is not an iterator",
    "'<>' object is not reversible",
    "'<>' object does not support item assignment",
    "'<>' object cannot be interpreted as an integer",
    "cannot unpack non-iterable <> object",
    "object of type '<>' has no len()",
    "len() of unsized object",
    "iteration over a 0-d array",
    "unhashable type: '<>'",
    "list indices must be integers or slices, not <>",
    "tuple indices must be integers or slices, not <>",
    "string indices must be integers, not '<>'",
    "slice indices must be integers or None or have an __index__ method",
    "ufunc '<>' not supported for the input types, and the inputs could not be safely coerced to "
    "any supported types according to the casting rule ''safe''",
    "ufunc '<>' did not contain a loop with signature matching types #",
    "Cannot cast ufunc '<>' output from # to # with casting rule 'same_kind'",
    "loop of ufunc does not support argument # of type <> which has no callable <> method",
    "'<>' object has no attribute '<>'",
    "'<>' object has no attribute '<>'. Did you mean: '<>'?",
    "type object '<>' has no attribute '<>'",
    "module '<>' has no attribute '<>'",
    "property '<>' of '<>' object has no setter",
    "name '<>' is not defined",
    "name '<>' is not defined. Did you mean: '<>'?",
    "cannot access local variable '<>' where it is not associated with a value",
    "cannot access free variable '<>' where it is not associated with a value in enclosing scope",
    "No module named '<>'",
    "cannot import name '<>' from '<>'#",
    "division by zero",
    "float division by zero",
    "integer division or modulo by zero",
    "integer modulo by zero",
    "zero to a negative power",
    "0.0 cannot be raised to a negative power",
    "(34, 'Numerical result out of range')",
    "maximum recursion depth exceeded",
    "maximum recursion depth exceeded#",
    "Singular matrix",
    "Last 2 dimensions of the array must be square",
    "#-dimensional array given. Array must be at least two-dimensional",
    "dictionary changed size during iteration",
    "generator raised StopIteration",
)
OPERATORS = {"+", "-", "*", "/", "//", "@", "%", "**", "** or pow()", "&", "|", "^", "<", ">", "<=",
             ">=", "~", "<<", ">>", *(f"{sign}=" for sign in "+-*/@%&|^")}  # fmt: skip
NAME = r"([\w.<>]+?|[-+*/@%&|^<>=~]+|\*\* or pow\(\))"
ROOMS = ("nn", "datasets", "plots")  # what the course's own code says stands in its source


def told(message: str, kept: Callable[[str], bool], own_words: str = "") -> str:
    """The message of an exception without the values in it; "" if it is nobody's we know.

    kept: whether a name may be told, as one that stands in the submission. own_words: the source of
    the submission; a message that stands there in quotes is the learner's own.
    """
    message = message.strip()
    if not message or len(message) > MOST_CHARACTERS:
        return ""
    if any(f"{quote}{message}{quote}" in own_words for quote in "\"'"):
        return message
    for sentence, pattern in _patterns():
        found = pattern.fullmatch(message)
        if found is not None:
            names = (name if _may_be_told(name, kept) else LEFT_OUT for name in found.groups())
            return re.sub("<>", lambda _, names=names: next(names), sentence).replace("#", LEFT_OUT)
    return ""


def _may_be_told(name: str, kept: Callable[[str], bool]) -> bool:
    last = name.rsplit(".", 1)[-1]
    known = name in OPERATORS or last in KNOWN_TYPES
    return known or kept(name)


KNOWN_TYPES = {
    "NoneType", "ellipsis", "function", "method", "builtin_function_or_method", "generator",
    "<lambda>", "ndarray", "ufunc", "_ArrayFunctionDispatcher", "module", "append",
    *(name for name, value in vars(builtins).items() if isinstance(value, type)),
    *(name for name, value in vars(np).items() if isinstance(value, (type, np.ufunc))),
}  # fmt: skip


@functools.cache
def _patterns() -> tuple[tuple[str, re.Pattern], ...]:
    known = sorted((*SENTENCES, *_sentences_of_the_course()), key=_words, reverse=True)
    return tuple((sentence, _pattern(sentence)) for sentence in known)  # the most telling first


def _words(sentence: str) -> int:
    return len(re.sub("#|<>", "", sentence))


def _pattern(sentence: str) -> re.Pattern:
    text = re.escape(sentence).replace(re.escape("#"), r".*?")
    return re.compile(text.replace("<>", NAME), re.DOTALL)


def _sentences_of_the_course() -> Iterator[str]:
    """What the course's own code says where it raises, with `#` for each value put in."""
    root = Path(__file__).parents[2]
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                    yield from filter(_says_enough, map(_sentence, node.exc.args[:1]))


def _sentence(node: ast.expr) -> str:
    parts: list[Any] = node.values if isinstance(node, ast.JoinedStr) else [node]
    texts = [part.value if isinstance(part, ast.Constant) else "#" for part in parts]
    return "".join(text.replace("<>", "#") for text in texts if isinstance(text, str))


def _says_enough(sentence: str) -> bool:
    return len(re.findall(r"[A-Za-z]{2,}", sentence)) >= LEAST_WORDS
