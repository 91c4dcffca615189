"""What leaves the database of the log: evidence that proves itself, and events for those who watch many systems."""
