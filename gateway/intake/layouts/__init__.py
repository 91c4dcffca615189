"""The files that may be loaded: ``recognition`` finds the layout of a file; the rest say what its columns are."""
