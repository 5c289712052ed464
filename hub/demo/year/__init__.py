"""A year of the scheme as it might have been, by a seeded generator through the services that pages call.

Time is handed in, so that a year passes in minutes. Sealing, mail and signatures are real; what bodies do is
drawn at random, the same for the same seed but for keys and ids.
"""

from hub.demo.year.playing import play_year

__all__ = ["play_year"]
