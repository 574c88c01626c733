"""The demo: a desk full of real orders, with people, cases and refunds of our own invention."""
