"""Consents: what a client asks of a subject, what the subject decides, how it is used, and how it ends."""
