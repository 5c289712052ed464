"""Drills: a notice to practise with, sent the true way, and the record of who passed."""
