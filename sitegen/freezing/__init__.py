"""Making the pages that are wanted, and proving them, whoever makes each."""
