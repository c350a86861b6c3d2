"""What a page draws on a map of its own: units, layers and legend as plain data."""
