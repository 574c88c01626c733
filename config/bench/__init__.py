"""Measurements of speed and memory, each in a scratch database of its own; never part of a test's verdict."""
