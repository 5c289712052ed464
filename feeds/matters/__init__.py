"""A matter: its shared tracking ID, aliases and publication clock."""
