"""A scenario: its keys, their values, its file."""
