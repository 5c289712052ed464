"""Onward dissemination: what a body passes on to its members, made here; the body itself sends it."""
