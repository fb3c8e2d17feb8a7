"""From the solution notebooks to the exercises and their check data."""


def load_ipython_extension(shell) -> None:
    """`%load_ext course_utils.authoring`: the magics of a solution notebook."""
    from course_utils.authoring.magics import QuestionMagics

    shell.register_magics(QuestionMagics)
