"""The domain: what a payee, an amount and a payment are, and how one is recorded exactly once."""
