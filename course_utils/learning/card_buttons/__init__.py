"""The buttons below a card: *Hint*, *Solution* and *Try again from the start*."""
