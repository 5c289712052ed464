"""Leaks and misdeliveries of what was provided: recorded, reported, decided upon; they lift nothing."""
