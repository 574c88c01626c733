"""The words every app says no with: plain Python, no Django."""
