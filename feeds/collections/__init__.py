"""The hub's own TAXII collections: clients, tokens and rights."""
