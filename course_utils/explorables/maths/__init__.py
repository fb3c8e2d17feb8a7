"""What several figures compute, in Python and in JavaScript alike."""
