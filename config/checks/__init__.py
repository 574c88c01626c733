"""What must be right before the desk opens; most of it binds production only."""

from config.checks import databases, environment, tokens

__all__ = ["databases", "environment", "tokens"]
