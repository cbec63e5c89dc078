"""INTAKE: a source is read, understood, mapped and validated into records and rejects."""
