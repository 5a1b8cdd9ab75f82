"""Values and words of the domain; imports nothing else of ours."""
