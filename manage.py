#!/usr/bin/env python
"""Redress from the command line: `manage.py help` lists what the desk can do."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run one management command with the desk's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
