"""Backups: everything but the key-encryption key and the hub's secret keys, from any database to any."""
