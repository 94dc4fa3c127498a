"""The pages' templates, styles, scripts and texts: a package, so that the wheel carries them and
`importlib.resources` finds them in a clone and in the wheel alike. Nothing is imported from it."""
