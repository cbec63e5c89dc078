"""UNDERSTANDING: which sheet, row, column, word, unit and day a source means."""
