"""One form of the inventory a file; each has the constant FORMAT."""
