"""The three information-control requirements and a body's attestation of each."""
