"""Find the state that keeps a Python web application on one replica."""

__version__ = "0.1.0"
