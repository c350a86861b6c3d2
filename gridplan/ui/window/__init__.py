"""What one browser window looks at, and where it can go from there."""
