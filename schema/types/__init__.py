"""What callers may ask for, as Strawberry types: they describe, and nothing here resolves a field."""
