"""The parts of the page intake."""
