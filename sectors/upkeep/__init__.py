"""Bodies look after themselves: contacts, attestations, memoranda, the yearly look at it all."""
