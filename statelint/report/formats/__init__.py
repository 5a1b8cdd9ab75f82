"""One format a file; each has the constant FORMAT."""
