"""From a proposal to edits, and from edits to changed files."""
