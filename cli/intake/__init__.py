"""Bank alerts as the command line has them: patterns in a file, keys, what came."""
