"""Where the tasks that a reader has done are kept: with the learner's progress, if there is one."""


def done_before(figure):
    """The tasks of a figure, by their `check`, that were done before; an empty set if none were."""
    # The learner's side decides where: only a figure that is shown asks, and a page has none.
    from course_utils.learning.figure_tasks import done_tasks

    return done_tasks(figure.name, figure.place)


def keep_done(figure, checks):
    """Keep that these tasks are done."""
    from course_utils.learning.figure_tasks import note_done

    note_done(figure.name, figure.place, checks)
