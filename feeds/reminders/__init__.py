"""Reminders of what nobody has answered, up to the telephone."""
