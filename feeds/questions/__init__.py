"""Questions of bodies about a notice, and what the coordinators answer: to the asker, or to all addressed."""
