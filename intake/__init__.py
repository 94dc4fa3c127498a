"""Where a phone or a mailbox forwards a bank's messages to: a Lambda of its own, which exists only
where somebody wants it, keeps what comes for a while, and can do nothing else."""
