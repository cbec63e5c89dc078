"""What the product will not do, in one Chinese sentence: the ground of its errors."""


class Refusal(Exception):
    """A command ends with this sentence instead of a trace; see cli.py."""
