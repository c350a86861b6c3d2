"""Districts made of tables at hand instead of a folder."""
