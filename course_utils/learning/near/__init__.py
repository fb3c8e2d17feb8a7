"""Near misses: answers that one small change would make right, and where that change is."""
