"""Bank alerts as lines of a statement: read by patterns that a maintainer writes."""
