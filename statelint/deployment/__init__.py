"""Deployment files: formats, what their settings are, and rows that judge them."""
