"""The whole scheme played in one folder, with outside programs as witnesses."""
