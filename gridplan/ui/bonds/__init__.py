"""Who belongs together: groups, alliances, wishes, campuses, and what binds the grids."""
