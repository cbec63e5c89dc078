"""The parts of the page unit."""
