"""Sector bodies, their points of contact, member operators and state of operation."""
