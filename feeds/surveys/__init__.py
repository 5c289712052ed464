"""Questionnaires: versions of questions, who is asked, what organisations answer, and the counts of it."""
