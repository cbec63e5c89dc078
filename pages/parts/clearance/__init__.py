"""The parts of the page clearance."""
