"""The parts of the page ledger."""
