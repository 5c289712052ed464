"""Passkeys (WebAuthn Level 3): what an account may prove itself with, and what a coordinator signs with."""
