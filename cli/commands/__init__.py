"""One module for each command of `payees`, or for a few that are alike; none imports another."""
