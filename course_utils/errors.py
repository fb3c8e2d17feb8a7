"""The base of all errors that are meant for people."""


class CourseError(Exception):
    """Its message is a sentence, or a few, that say what is wrong and what to do.

    The command line prints it without a traceback; an error of any other kind is a mistake of the
    course's own, and shows where it comes from.
    """
