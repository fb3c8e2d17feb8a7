"""Marks as files for the teacher, the learners and the platforms."""
