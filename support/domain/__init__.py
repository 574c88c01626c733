"""How a case may move: plain Python, no Django."""
