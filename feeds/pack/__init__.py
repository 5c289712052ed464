"""The explanatory pack: what an organisation needs to know about the scheme and how to handle a notice."""
