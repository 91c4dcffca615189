"""A document: within limits, valid, its operations measured and described."""
