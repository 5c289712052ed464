"""Recovery codes: ten words on paper for the day on which the authenticator is lost."""
