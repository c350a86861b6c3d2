"""Variants of a plan as one page: a table and a sheet of maps."""
