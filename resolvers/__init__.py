"""Reading: what the grant permits, in one statement, shaped as it was asked."""
