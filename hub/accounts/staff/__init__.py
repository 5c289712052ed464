"""What no administrator does alone: accounts of staff, their roles, and the way back in for who lost it."""
