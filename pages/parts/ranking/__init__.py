"""The parts of the page ranking."""
