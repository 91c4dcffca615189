"""The words of the domain, and what a document asks for in them."""
