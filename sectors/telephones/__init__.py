"""Changes of a contact's telephone number: two people, a notice to all contacts, a day before it counts."""
