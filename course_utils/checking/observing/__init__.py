"""Next to the learner's code: run it, call it, write down what happened."""
