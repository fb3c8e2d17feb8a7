"""Puts a figure into the notebook with a caption, and with words for those who don't see it.

Jupyter drops the alternative text of plain images, so the figure is one piece of HTML, which
JupyterLab and the exported page both keep.
"""

import base64
import html
import io
import re
import warnings

import matplotlib.pyplot as plt
from PIL import Image


def show(figure, caption, alt):
    """Display a figure, close it, and return nothing.

    figure: a matplotlib Figure, one of its Axes, or an array of Axes
    caption: what to see in it; everybody reads this
    alt: the same without eyes: what is drawn, from where to where

    Outside a notebook it prints the words. Raises ValueError if caption or alt is empty.
    """
    for name, text in (("caption", caption), ("alt", alt)):
        if not text or not text.strip():
            raise ValueError(f"show({name}={text!r}): expected a sentence that says what to see")
    figure = figure_of(figure)
    words = f"Figure: {caption}\n{alt}"
    shell = running_shell()
    if shell is None:
        print(words)
    else:
        from IPython.display import display

        display({"text/html": as_html(figure, caption, alt), "text/plain": words}, raw=True)
    plt.close(figure)


def as_html(figure, caption, alt):
    """One HTML <figure>: the picture as a data URI, its alternative text, its caption."""
    return (
        f'<figure style="margin: 0.5em 0">{as_image(figure, alt)}'
        f"<figcaption>{with_code(caption)}</figcaption></figure>"
    )


def as_image(figure, alt):
    """An HTML <img> with the picture in it; it is as wide as the figure at 100 dpi."""
    picture = base64.b64encode(as_png(figure)).decode("ascii")
    return (
        f'<img src="data:image/png;base64,{picture}" alt="{html.escape(alt)}" '
        f'width="{figure.get_size_inches()[0] * 100:.0f}" '
        'style="max-width: 100%; height: auto; background-color: #ffffff">'
    )


def with_code(text):
    """A caption as HTML; what stands between backticks is code, as everywhere in a notebook."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def as_png(figure):
    """The figure's PNG bytes at 200 dpi, sharp on screens with two pixels for one.

    At most 256 colors, the nearest to those that were drawn, which makes the file a third as large.
    The version of the library is not in it.
    """
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # It comes when the machine is busy: by the time that finding a place for a legend took.
        warnings.filterwarnings("ignore", 'Creating legend with loc="best"')
        figure.savefig(buffer, format="png", dpi=200, pil_kwargs={"compress_level": 1})
    drawn, small = Image.open(buffer).convert("RGB"), io.BytesIO()
    palette = drawn.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    palette.save(small, "PNG", optimize=True)
    return small.getvalue()


def figure_of(thing):
    """The Figure that an Axes, an array of Axes, or a Figure belongs to."""
    while not hasattr(thing, "savefig"):
        if hasattr(thing, "figure"):
            thing = thing.get_figure(root=True)
        elif hasattr(thing, "flat") and len(thing):
            thing = thing.flat[0]
        else:
            raise TypeError(
                f"show: expected a matplotlib Figure or Axes, got {type(thing).__name__}; "
                "pass what the plot function returned"
            )
    return thing


def running_shell():
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()
