"""The edge: who asks, over which wire, and what is written down before anything is answered."""
