"""Money, shares, policies, windows and the order body: plain Python, no Django."""
