"""Finding an advisory: by a number of anybody, or by words."""
