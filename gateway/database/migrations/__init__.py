"""How the tables came to be, step by step: one revision is one script of plain SQL."""
