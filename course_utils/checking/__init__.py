"""What a question is, and how an answer is judged."""
