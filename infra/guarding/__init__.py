"""What keeps a stage's API to those it is for, and what a flood may cost."""
