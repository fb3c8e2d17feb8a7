"""Predictions, quizzes, own words and lines to order: cell magics, their forms, what is kept."""
