"""The products that matter to a body, from which it is suggested whom an advisory concerns."""
