"""READING: a file becomes rows as they stand, or is refused with one sentence."""
