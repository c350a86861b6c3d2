"""A plan as an offline map."""
