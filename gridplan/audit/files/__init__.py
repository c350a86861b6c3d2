"""Each written file, read back and compared."""
