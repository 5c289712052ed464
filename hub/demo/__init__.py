"""The whole scheme played in one folder, with outside programs as witnesses.

`play` is the entry; it needs the parts of the extra `demo`, which the rest of the hub does not.
"""
