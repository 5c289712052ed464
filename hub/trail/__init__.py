"""The audit trail: rows chained, heads signed, checked again and read."""
