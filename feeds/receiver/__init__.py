"""The recipient's side: poll, check, open, hand on, acknowledge; it needs no instance of the hub."""
