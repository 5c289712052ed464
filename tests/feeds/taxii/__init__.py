"""Tests of TAXII 2.1 as such."""
