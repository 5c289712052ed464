"""A person's own account: sessions, passkeys, recovery codes; every role has it."""
