"""Readiness, trial and full operation."""
