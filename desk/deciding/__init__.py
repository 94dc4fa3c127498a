"""What a treasurer decides: a plan as a file, its questions, and their answers."""
