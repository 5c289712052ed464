"""People who sign in: organisations, accounts, invitations, second factors and sessions."""
