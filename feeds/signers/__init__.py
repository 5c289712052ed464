"""The people whose passkeys the worker believes: kept in a file that only the worker's machine can read."""
