"""The desk: what a treasurer asks of the ledger, and how the answers are written out."""
