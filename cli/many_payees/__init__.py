"""Reading what many payees have, in as few and as short waits as that takes."""
