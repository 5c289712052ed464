"""The pages on which a contact brings a certificate and staff confirm it."""
