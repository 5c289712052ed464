"""Sealed copies and encrypted mail: what the worker does with a release."""
