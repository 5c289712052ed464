"""Drafts, approval and releases, and who may have them now."""
