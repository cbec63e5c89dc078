"""SCHEME: what counts how much; its file, form, text, log, and differences."""
