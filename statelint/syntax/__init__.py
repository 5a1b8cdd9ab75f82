"""Questions about code that facts are too coarse for, and the only door to libcst."""
