"""Settling: which line of a statement is which payment, why, and what a treasurer decides of it."""
