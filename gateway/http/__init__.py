"""The wire: requests in, answers out, and what stands around them."""
