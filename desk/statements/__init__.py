"""Statements as banks export them, read into lines without a guess: what is not sure stops, and
says where and what to do."""
