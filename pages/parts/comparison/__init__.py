"""The parts of the page comparison."""
