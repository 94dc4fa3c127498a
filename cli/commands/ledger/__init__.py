"""Commands on what is recorded: looking, what became of it, erasing; and who else may look."""
