"""The archive of a ledger, deployed: a stack of its own beside a stage."""
