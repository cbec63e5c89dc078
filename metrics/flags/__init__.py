"""FLAGS: the declared rules of what looks odd in records, one TOML and one SQL file each."""
