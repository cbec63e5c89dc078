"""The parts of the page assessment."""
