"""The parts of the page hours."""
