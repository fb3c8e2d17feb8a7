"""The learner's own copies of lessons and exercises: kept, renewed, put back, moved elsewhere."""
