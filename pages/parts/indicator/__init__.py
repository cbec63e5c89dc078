"""The parts of the page indicator."""
