"""Messages that must arrive: queued with what they tell of, delivered at least once, given up in the end and kept."""
