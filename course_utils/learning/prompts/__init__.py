"""Predictions, quizzes and own words in a lesson: cell magics, what they show, what they keep."""
