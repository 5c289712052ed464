"""Retention: what is over is kept for its period, told of ahead, held if need be, and then destroyed."""
