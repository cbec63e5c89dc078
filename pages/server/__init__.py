"""SERVER: the process that serves pages and routes, and what it does by the clock."""
