"""Random right variants of an answer are accepted, random corruptions of it are refused."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_utils.checking.judging.judge import judge
from course_utils.checking.observing.answer import look_at

QUESTIONS = {
    "dense": (
        "def dense(x, W, b):\n    return x @ W + b",
        "dense(rng.normal(size=(1, 2)), rng.normal(size=(2, 3)), rng.normal(size=3))\n"
        "dense(rng.normal(size=(5, 40)), rng.normal(size=(40, 3)), rng.normal(size=3))",
    ),
    "softmax": (
        "def softmax(z):\n    e = np.exp(z - z.max(axis=-1, keepdims=True))\n"
        "    return e / e.sum(axis=-1, keepdims=True)",
        "softmax(rng.normal(size=(4, 3)))\nsoftmax(rng.normal(size=(2, 5)) * 10)",
    ),
    "stats": (
        "def stats(x):\n    return x.mean(axis=0), x.std(axis=0)",
        "stats(rng.normal(size=(6, 3)))\nstats(rng.normal(size=(50, 2)) * 100 + 3)",
    ),
}
VARIANTS = {
    "dense": [
        lambda x, W, b: np.einsum("nf,fu->nu", x, W) + b,
        lambda x, W, b: b + np.dot(x, W),
        lambda x, W, b: (W.T @ x.T).T + b[None],
        lambda x, W, b: sum(x[:, k, None] * W[k] for k in reversed(range(len(W)))) + b,
        lambda x, W, b: np.array([[sum((row * w).tolist()) for w in W.T] for row in x]) + b,
    ],
    "softmax": [
        lambda z: np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True),
        lambda z: np.exp(z - np.logaddexp.reduce(z, axis=-1)[:, None]),
        lambda z: 1 / np.exp(z[:, None, :] - z[:, :, None]).sum(axis=-1),
        lambda z: np.stack([np.exp(r) / np.exp(r)[::-1].sum() for r in z]),
    ],
    "stats": [
        lambda x: (x.sum(axis=0) / len(x), np.sqrt(((x - x.mean(axis=0)) ** 2).mean(axis=0))),
        lambda x: [np.average(x, axis=0), np.sqrt(x.var(axis=0))],
        lambda x: (x[::-1].mean(axis=0), np.sqrt((x**2).mean(axis=0) - x.mean(axis=0) ** 2)),
        lambda x: tuple(np.array([f(c) for c in x.T]) for f in (np.mean, np.std)),
    ],
}  # fmt: skip
DTYPES = st.sampled_from([float, np.float32, np.longdouble])
CASES = st.sampled_from([(name, v) for name, variants in VARIANTS.items() for v in variants])


@pytest.fixture(scope="module")
def benches(bench):
    return {name: bench(*question) for name, question in QUESTIONS.items()}


def verdict_on(made, function):
    name = made.question.name
    function.__name__ = name
    return judge(
        made.question, look_at(made.question.task, {**made.given, name: function}, made.given, 0)
    )


def recast(value, change):
    """A value, or each of a sequence of values, after a change."""
    if isinstance(value, (list, tuple)):
        return type(value)(change(item) for item in value)
    return change(value)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=CASES, dtype=DTYPES, scale=st.sampled_from([1.0, 1 + 1e-9, 1 - 1e-8]))
def test_right_variants_are_accepted(benches, case, dtype, scale):
    name, variant = case

    def answer(*arguments):
        return recast(variant(*arguments), lambda a: (a * scale).astype(dtype))

    verdict = verdict_on(benches[name], answer)
    assert verdict.is_correct, verdict


@settings(max_examples=60)
@given(seed=st.integers(0, 1000))
def test_sums_in_any_order_are_accepted(benches, seed):
    def answer(x, W, b):
        features = np.random.default_rng(seed).permutation(len(W))
        return sum(x[:, [k]] * W[k] for k in features) + b

    assert verdict_on(benches["dense"], answer).is_correct


def one_entry(a, rng, value):
    """A copy with one entry at random set to `value(entry)`."""
    changed = a.copy()
    index = tuple(rng.integers(n) for n in a.shape)
    changed[index] = value(changed[index])
    return changed


CORRUPTIONS = {
    "one entry": lambda a, rng: one_entry(a, rng, lambda x: x + 1e-3 * max(1, np.abs(a).max())),
    "one entry is NaN": lambda a, rng: one_entry(a, rng, lambda x: np.nan),
    "sign": lambda a, rng: -a,
    "rows turned around": lambda a, rng: a[::-1] if len(a) > 1 else a + 1,
    "rows rolled": lambda a, rng: np.roll(a, 1, axis=0) if len(a) > 1 else a + 1,
    "noise": lambda a, rng: a + rng.normal(size=a.shape) * 1e-2 * np.abs(a).max(),
    "a part": lambda a, rng: a[: len(a) - 1],
    "an axis more": lambda a, rng: a[None],
    "flat": lambda a, rng: a.ravel()[: a.size - 1],
    "a list": lambda a, rng: a.tolist(),
    "whole numbers": lambda a, rng: np.round(a).astype(int),
    "half precision": lambda a, rng: (a * 1.05).astype(np.float16),
}


@settings(max_examples=100)
@given(case=CASES, how=st.sampled_from(sorted(CORRUPTIONS)), seed=st.integers(0, 1000))
def test_corruptions_are_refused_with_a_reason(benches, case, how, seed):
    name, variant = case

    def answer(*arguments):
        rng = np.random.default_rng(seed)
        return recast(variant(*arguments), lambda a: CORRUPTIONS[how](np.asarray(a), rng))

    verdict = verdict_on(benches[name], answer)
    assert verdict.kind == "incorrect"
    assert len(verdict.message) > 20
    assert verdict.evidence.received


@settings(max_examples=30)
@given(st.integers(2, 9))
def test_every_argument_counts(benches, factor):
    for place in range(3):

        def answer(*arguments, place=place):
            changed = [a * factor if i == place else a for i, a in enumerate(arguments)]
            return changed[0] @ changed[1] + changed[2]

        assert not verdict_on(benches["dense"], answer).is_correct
