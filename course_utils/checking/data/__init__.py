"""The plain data of a check: questions, values, verdicts."""
