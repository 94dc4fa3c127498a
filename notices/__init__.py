"""Telling people outside what happens to payments: from the ledger's stream by a queue to webhooks,
mail and push. A Lambda of its own, which exists only where somebody wants to be told."""
