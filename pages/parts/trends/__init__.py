"""The parts of the page trends."""
