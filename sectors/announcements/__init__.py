"""Announcements of the scheme to industry bodies (周知): to whom, when, by what means."""
