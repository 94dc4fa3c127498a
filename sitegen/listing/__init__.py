"""The list of payees: short enough for one page, or in parts that hold also for ten thousand.

Of a long list the first page has only what leads to its parts. There is a page for each group and
each letter, for who follows links, and a piece for each letter, for the search that reads as one
types. A payee who changes changes the page and the piece that it is in, and no other.
"""
