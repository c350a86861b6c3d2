"""The engines: which one a question suits, and how bound, search and proof take turns."""
