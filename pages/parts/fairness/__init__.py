"""The parts of the page fairness."""
