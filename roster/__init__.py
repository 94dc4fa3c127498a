"""The roster: `payees.yaml` read, checked, described and edited."""
