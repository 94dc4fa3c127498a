"""Commands on the roster: starting one, finding its mistakes, changing it."""
