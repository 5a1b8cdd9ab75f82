"""One question a file; each has the constant QUESTION."""
