"""A document and its variables: what is asked, in catalogue terms."""
