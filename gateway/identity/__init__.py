"""Who asks: clients and their keys, operators, tokens; from the headers of a request to a ``Caller``."""
