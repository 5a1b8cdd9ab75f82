"""One kind of detector a file; each has the constant DETECTOR."""
