"""The parts of the page wall."""
