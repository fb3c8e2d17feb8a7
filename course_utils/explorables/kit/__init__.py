"""What every figure is made with: its form, controls, tasks, axes, colors. Knows no figure."""
