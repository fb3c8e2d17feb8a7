"""One color, line style and marker for each thing, the same in every figure.

The colors are those of Okabe and Ito (Color Universal Design, 2008), which people with the
common color blindnesses can tell apart; line styles and markers differ too, for those who print.
"""

BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#E69F00", "#009E73", "#CC79A7"
SKY, VERMILION, YELLOW, BLACK = "#56B4E9", "#D55E00", "#F0E442", "#000000"
DARK_GREEN = "#006B4F"  # the green of gradients, dark enough for small letters on white
GRAY, PALE = "#707070", "#E4E4E4"

COLORS = {
    "train": BLACK,
    "validation": VERMILION,
    "test": VERMILION,
    "class_0": BLUE,
    "class_1": ORANGE,
    "class_2": GREEN,
    "class_3": PURPLE,
    "class_4": SKY,
    "class_5": VERMILION,
    "class_6": YELLOW,
    "class_7": BLACK,
    "class_8": GRAY,
    "class_9": PALE,
    "function": BLACK,
    "gradient": GREEN,
    "gradient_text": DARK_GREEN,
    "prediction": PURPLE,
    "positive": BLUE,
    "negative": VERMILION,
    "chosen": BLUE,
    "neutral": GRAY,
    "shade": PALE,
}

LINES = {
    "train": "-",
    "validation": "--",
    "test": ":",
    "function": "-",
    "gradient": "--",
    "prediction": "-.",
    "positive": "-",
    "negative": "--",
    "chosen": ":",
}

MARKERS = {
    "train": "o",
    "validation": "s",
    "test": "D",
    "prediction": "x",
    "gradient": "v",
    "chosen": "*",
    **{f"class_{k}": marker for k, marker in enumerate("o^sDvPX*<>")},
}
