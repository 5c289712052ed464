"""OpenPGP: which certificates may be used, and sealing one message to one recipient."""
