"""The decision: what this caller may be shown, for this purpose, and by which article. Pure."""
