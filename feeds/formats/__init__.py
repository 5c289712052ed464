"""What an advisory says, written as STIX, CSAF, mail and envelope: values in, bytes out."""
