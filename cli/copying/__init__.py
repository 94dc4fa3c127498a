"""The ledger's copy on this machine: making it, and reading from it."""
