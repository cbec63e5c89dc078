"""INTEGRITY: can the records be trusted: what the flags find, samples to check, quality."""
