"""The critical-infrastructure sectors, as rows that are valid from and to a day."""
