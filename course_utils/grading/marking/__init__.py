"""What came out of the sandbox becomes marks."""
