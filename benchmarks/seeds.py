"""How far the figures that a lesson states depend on chance: its cells run with ten seeds.

    python benchmarks/seeds.py 17             lesson 17, ten times; some minutes
    python benchmarks/seeds.py 17 --from 3    without the first three of the ten
    python benchmarks/seeds.py --quick        a short lesson, once: does it run?

A trial runs the code cells of a lesson's text, without figures, widgets and quizzes, and adds a
multiple of 100 to every seed in them, so that trial 0 is the lesson as it is printed. Data sets
keep their usual split; what a cell draws itself (splits, noise, which rows are few) is drawn anew.
Printed are lowest, mean and highest of each figure over the trials, and all its values.
"""

import argparse
import contextlib
import io
import os
import re
import sys
import warnings
from pathlib import Path

os.environ["MPLBACKEND"] = "agg"
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["TF_NUM_INTEROP_THREADS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import jupytext
import numpy as np
from matplotlib import pyplot as plt

from course_utils import learning, plots

ROOT = Path(__file__).resolve().parents[1]
SEED = re.compile(r"(set_random_seed\(|seed=|default_rng\()(\d+)")
SEEDS = re.compile(r"(SEEDS = |seed\) for seed in |seed in )range\((\d+)\)")
SKIPPED = ("%%", "from course_utils.explorables")

# What a lesson states: as code that gives it when the cells have run, or as a pattern of what they
# print, with one group.
FIGURES = {
    "15": {
        "dense, training, %": re.compile(r"training pieces: (\d+)% right"),
        "convolution, training, %": re.compile(r"training pieces: (\d+)%, new"),
        "dense, new, %": re.compile(r"dense +(\d+)%"),
        "convolution, new, %": re.compile(r"convolution +(\d+)%, shuffled"),
        "dense, shuffled, %": re.compile(r"dense +\d+%, shuffled (\d+)%"),
        "convolution, shuffled, %": re.compile(r"convolution +\d+%, shuffled (\d+)%"),
        "dense, moved by 0, %": "100 * list(shifted.values())[0][0]",
        "dense, moved by 4, %": "100 * list(shifted.values())[0][4]",
        "all places read, moved by 4, %": "100 * list(shifted.values())[1][4]",
        "largest read, moved by 3, %": "100 * list(shifted.values())[2][3]",
        "largest read, moved by 4, %": "100 * list(shifted.values())[2][4]",
    },
    "16": {
        "first network, %": re.compile(r"new digits: ([\d.]+)%"),
        "its mistakes": "len(wrong)",
        "second choice right, %": "100 * second_right",
        "in the top 3, %": re.compile(r"top 3: ([\d.]+)%"),
        "dense network, %": "100 * dense.evaluate(x_test, y_test, verbose=0)[1]",
        "500 as they are, %": "100 * scores['as they are']",
        "500 moved, %": "100 * scores['moved']",
        "500 moved and mirrored, %": "100 * scores['moved and mirrored']",
        "gain by moving, points": "100 * (scores['moved'] - scores['as they are'])",
        "nearest, shuffled, %": "100 * right['shuffled']",
        "nearest, new places, %": "100 * right['by place']",
        "network, shuffled, %": re.compile(r"network, shuffled: (\d+)%"),
        "network, new places, %": re.compile(r"network, by place: (\d+)%"),
        "trained trunk, %": "100 * found['trained trunk']",
        "random trunk, %": "100 * found['random trunk']",
        "pixels, %": "100 * found['pixels']",
        "own network, %": "100 * found['our own network']",
        "lost in second style, points": "100 * lost",
        "trunk keeps, %": "100 * there['trained trunk'] / found['trained trunk']",
        "pixels keep, %": "100 * there['pixels'] / found['pixels']",
    },
    "17": {
        "bag of words, %": "100 * of_bag",
        "windows, %": "100 * of_windows",
        "counting, %": re.compile(r"counting: ([\d.]+)%"),
        "limit": "limit",
    },
    "18": {
        "largest weight, d = 4": "largest[4]",
        "largest weight, d = 1024": "largest[1024]",
        "reverse, with positions, %": "100 * reversed_right[True]",
        "reverse, without, %": "100 * reversed_right[False]",
        "induction, one layer, %": "100 * induction[1]",
        "induction, two layers, %": "100 * induction[2]",
        "writer, bits a letter": "bits",
        "gap to the text it read, bits": "gap",
        "counting, bits a letter": "counted",
    },
    "19": {
        "dense, heard, %": re.compile(r"8,000 numbers, heard pieces: (\d+)%"),
        "dense, new, %": re.compile(r"8,000 numbers, new pieces: (\d+)%"),
        "always French, same two, %": "100 * np.mean(y_new == 0)",
        "picture, same two, %": "100 * new",
        "picture, two others, %": "100 * others",
        "digits, random split, %": "100 * plain['random']",
        "digits, strangers, %": "100 * plain['strangers']",
        "centered, random split, %": "100 * centered['random']",
        "centered, strangers, %": "100 * centered['strangers']",
        "gain at random, points": "100 * gain['random']",
        "gain for strangers, points": "100 * gain['strangers']",
        "without offset, two others, %": re.compile(
            r"without the offset.*two other voices: (\d+)%"
        ),
        "without means, two others, %": re.compile(
            r"without each band's mean.*two other voices: (\d+)%"
        ),
        "mistakes within the groups, %": "100 * within(counts)",
    },
    "22": {
        "random rows, %": re.compile(r"(\d+)% of 67"),
        "Adelie, %": "100 * right(stranger, measured[adelie], sex[adelie])",
        "16 hidden, lowest, %": "100 * min(log[0]['scores'])",
        "16 hidden, highest, %": "100 * max(log[0]['scores'])",
        "one neuron, lowest, %": "100 * min(log[1]['scores'])",
        "one neuron, highest, %": "100 * max(log[1]['scores'])",
        "neuron centered, lowest, %": "100 * min(log[2]['scores'])",
        "neuron centered, highest, %": "100 * max(log[2]['scores'])",
        "16 centered, lowest, %": "100 * min(log[3]['scores'])",
        "16 centered, highest, %": "100 * max(log[3]['scores'])",
        "gap between the last two, points": "100 * (min(log[3]['scores']) - max(log[2]['scores']))",
        "right where it is sure, %": "100 * (1 - wrong[sure].mean())",
        **{f"importance of column {k}": f"true[:, {k}].mean()" for k in range(4)},
    },
}


def within(counts):
    """Which share of all mistakes lies within two groups of digits; counts: (10, 10)."""
    mistakes = counts - np.diag(np.diag(counts))
    groups = ((1, 5, 9), (3, 6, 7))
    return sum(mistakes[np.ix_(group, group)].sum() for group in groups) / mistakes.sum()


def code_cells(number):
    """The code of a lesson that a trial runs, from the texts of its parts."""
    paths = sorted((ROOT / "notebooks/text").glob(f"{number}_*.md"))
    cells = [cell for path in paths for cell in jupytext.read(path).cells]
    return [c.source for c in cells if c.cell_type == "code" and not c.source.startswith(SKIPPED)]


def reseeded(source, trial):
    """The source with every seed moved on by 100 for each trial."""
    source = SEED.sub(lambda m: f"{m[1]}{int(m[2]) + 100 * trial}", source)
    start = 100 * trial
    return SEEDS.sub(lambda m: f"{m[1]}range({start}, {start + int(m[2])})", source)


def run(sources, namespace):
    """Run cells. Returns what they printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for source in sources:
            exec(source, namespace)
            plt.close("all")
    return printed.getvalue()


def measure(number, trials):
    """{figure: its value in each trial, as array}; `trials` are their numbers."""
    cells = code_cells(number)
    first = next(k for k, source in enumerate(cells) if reseeded(source, 1) != source)
    namespace = {"__name__": "lesson"}
    early = run(cells[:first], namespace)  # nothing here depends on a seed
    once = dict(namespace)
    found = {name: [] for name in FIGURES[number]}
    for trial in trials:
        namespace.clear()
        namespace.update(once)
        output = early + run([reseeded(source, trial) for source in cells[first:]], namespace)
        namespace["within"] = within
        for name, figure in FIGURES[number].items():
            is_code = isinstance(figure, str)
            found[name].append(eval(figure, namespace) if is_code else figure.search(output)[1])
        latest = {name: round(float(values[-1]), 2) for name, values in found.items()}
        print(f"lesson {number}, trial {trial}: {latest}", file=sys.stderr, flush=True)
    return {name: np.array(values, dtype=float) for name, values in found.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("numbers", nargs="*", help=f"of lessons: {', '.join(FIGURES)}")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first trial")
    parser.add_argument("--quick", action="store_true", help="one short lesson, once")
    arguments = parser.parse_args()
    trials = [0] if arguments.quick else range(arguments.first, 10)
    numbers = arguments.numbers or (["22"] if arguments.quick else list(FIGURES))
    if unknown := [number for number in numbers if number not in FIGURES]:
        sys.exit(f"no figures for lesson {', '.join(unknown)}; there are {', '.join(FIGURES)}")
    warnings.filterwarnings("ignore")
    learning.compare = lambda name, true, **_: print(f"{name}: {true}")
    plots.show = plots.play = lambda *_, **__: None
    print(f"{'':36}{'lowest':>8}{'mean':>8}{'highest':>8}   trials")
    for number in numbers:
        for name, values in measure(number, trials).items():
            numbers_shown = f"{values.min():8.2f}{values.mean():8.2f}{values.max():8.2f}"
            print(f"{number} {name:33}{numbers_shown}   {' '.join(f'{v:.4g}' for v in values)}")


if __name__ == "__main__":
    main()
