"""One module for each command of `payees`, or for a few that are alike, in rooms by what they are
about; none imports another."""
