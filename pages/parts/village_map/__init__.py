"""The parts of the page village_map."""
