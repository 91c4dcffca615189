"""The log as anybody checks it: tree, tiles, notes, proofs and receipts, from bytes alone. Ships as a package apart."""
