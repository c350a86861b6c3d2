"""district.toml: what a district and its layers declare of themselves."""
