"""The parts of the page scheme."""
