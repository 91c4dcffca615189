"""What is frozen: an agency, an operator, an item or a scope, with effect on the next request of every process."""
