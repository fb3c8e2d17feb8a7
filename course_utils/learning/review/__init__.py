"""Old questions of the lessons, asked again when they are due."""
