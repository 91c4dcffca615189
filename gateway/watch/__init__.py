"""The alert rules: what the log tells -> findings, and stops that end by themselves. No credit data is ever read."""
