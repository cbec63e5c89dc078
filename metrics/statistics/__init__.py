"""STATISTICS: arrays in, arrays out; nothing of police in them."""
