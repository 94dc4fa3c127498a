"""Settling: which line of a statement is which payment, and why."""
