"""RECORDS: what happened. The schema, intake, the journal, its serving copy and the demo city."""
