"""What right and wrong answers give for a seed; runs trusted code only."""
