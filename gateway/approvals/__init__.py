"""Approvals by named officers: who may give one, and the one queue of acts that need two."""
