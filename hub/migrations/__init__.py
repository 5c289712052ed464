"""Alembic: one history of the tables."""
