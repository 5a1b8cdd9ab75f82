"""What is installed beside the user's program: read as text, never imported or run."""
