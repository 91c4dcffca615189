"""The gateway beside its peers: the same rows, the same four questions, the same answers, one run."""
