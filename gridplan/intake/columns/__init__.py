"""Columns: which holds what, numbers and names as people write them."""
