"""DECISIONS: what people said of records: verdicts, spot checks, marks, the weekly meeting."""
