"""What a project keeps in its folder: scenarios, plans, edits, the log."""
