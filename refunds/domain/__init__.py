"""What is due, from which payment, who decides and why: plain Python, no Django."""
