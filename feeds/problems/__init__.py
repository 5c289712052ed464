"""Problems met in the trial operation, and how they were solved."""
