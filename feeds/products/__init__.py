"""Which products matter to a body's sector: the list that it keeps, and what of a draft it fits."""
