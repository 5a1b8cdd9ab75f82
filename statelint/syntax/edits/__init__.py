"""Kinds of edits, one a module."""
