"""Free text: what of it may be shared and published, and what must be cut out."""
