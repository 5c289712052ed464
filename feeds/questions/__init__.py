"""What bodies ask about a notice, and what the coordinators answer: one body alone, or all."""
