"""Changes of settings by position, one module for each family of formats."""
