"""Publishing: make the bucket and the payee registry equal to the roster."""
