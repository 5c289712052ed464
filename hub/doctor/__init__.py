"""The doctor: one look at everything that an instance needs, and one line for each."""
