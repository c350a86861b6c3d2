"""Files: what they are, opened safely, rows as they stand there."""
