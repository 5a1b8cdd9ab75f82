"""One file for each format: a constant FORMAT."""
