"""Makes the matplotlib figure of a still picture, in the course's style."""

from pathlib import Path


def course_style():
    """A context in which everything is drawn in the course's style, whatever the notebook's is."""
    import matplotlib as mpl
    import matplotlib.style

    import course_utils.plots

    return mpl.style.context(Path(course_utils.plots.__file__).parent / "course.mplstyle")


def new_figure(rows=1, columns=1, size=(7.2, 3.4), **gridspec):
    """(Figure, Axes) that no window and no notebook shows by itself."""
    from matplotlib.figure import Figure

    with course_style():
        figure = Figure(figsize=size)
        return figure, figure.subplots(rows, columns, gridspec_kw=gridspec)
