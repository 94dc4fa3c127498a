"""The roster changed by commands: what is true of every change."""
