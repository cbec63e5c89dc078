"""CHANNELS: the ways by which records arrive. All of them end in data.intake.loading."""
