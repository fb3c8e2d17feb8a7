"""Where submitted code runs, and what keeps it there."""
