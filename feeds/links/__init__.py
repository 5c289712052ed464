"""Links for people who have no account: single use, without content, one act before one instant."""
