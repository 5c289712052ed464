"""The receipt ladder: what became of a notice at each recipient, and what each body answered."""
