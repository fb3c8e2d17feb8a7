"""Away from the learner's code: what was observed becomes a verdict with a reason."""
