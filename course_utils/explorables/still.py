"""Makes the matplotlib figure of a still picture, in the course's style."""

from pathlib import Path


def new_figure(rows=1, columns=1, size=(7.2, 3.4), **gridspec):
    """(Figure, Axes) that no window and no notebook shows by itself."""
    import matplotlib as mpl
    import matplotlib.style
    from matplotlib.figure import Figure

    import course_utils.plots

    style = Path(course_utils.plots.__file__).parent / "course.mplstyle"
    with mpl.style.context(style):
        figure = Figure(figsize=size)
        return figure, figure.subplots(rows, columns, gridspec_kw=gridspec)
