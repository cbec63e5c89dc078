"""JOURNAL: immutable parts, the copy that serves them, and the log of what people decide."""
