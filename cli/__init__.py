"""The `payees` command: what maintainers and developers type, and where the parts are wired."""
