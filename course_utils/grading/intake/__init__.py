"""What was handed in: files of every kind, read as hostile bytes."""
