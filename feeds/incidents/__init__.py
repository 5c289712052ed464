"""What a body reports that should not have happened to priority information: a leak, a misdelivery."""
