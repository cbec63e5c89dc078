"""The parts of the page checks."""
