"""Whole policies: every cell of the decision space, what may never be open in it, and what a change opens."""
