"""WALL: the boards of the big screen as words and values, ready to be drawn."""
