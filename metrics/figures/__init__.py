"""FIGURES: sums become a value with its interval and its words, down to the records behind."""
