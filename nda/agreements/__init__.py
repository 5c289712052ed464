"""The agreement with a body: sample, answer, formal conclusion, end."""
