"""INDICATORS: what is counted. One TOML each, the catalogue that checks them, the views below."""
