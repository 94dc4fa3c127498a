"""Settling by statements: files read, rows decided one by one, batches written and approved."""
