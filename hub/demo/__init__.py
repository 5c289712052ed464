"""The whole scheme played in one folder, with outside programs as witnesses.

It needs the parts of the extra `demo`, which the rest of the hub does not.
"""

from hub.demo.playing import play
from hub.demo.year import play_year

__all__ = ["play", "play_year"]
