"""What tells people, deployed: a stack and a zip of its own, where somebody wants to be told."""
