"""CELLS: records counted by unit, day and measure; kept, counted again, summed."""
