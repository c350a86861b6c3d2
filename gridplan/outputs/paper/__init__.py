"""What is drawn for paper: maps with everything a map must carry."""
