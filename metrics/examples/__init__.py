"""EXAMPLES: the worked example of a definition, and small errors that it has to notice."""
