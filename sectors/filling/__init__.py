"""Filling in the application: step by step, kept at every step, printed for approval inside, then filed."""
