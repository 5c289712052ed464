"""Applying, formal review, and what becomes of an application."""
