"""Files of a department -> how they would be seen, before anything of them is stored."""
