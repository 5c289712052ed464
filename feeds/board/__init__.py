"""The coordinators' board: every notice at every body at a glance, the oldest unanswered first."""
