"""The authorisation matrix: every address, every method and every kind of caller, in `table.py`."""
