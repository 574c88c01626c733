"""The REST API as a whole: its addresses and its contract."""
