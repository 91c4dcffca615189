"""The log's one order: leaves get their places in a tree, its head is signed, and what is signed is given out."""
