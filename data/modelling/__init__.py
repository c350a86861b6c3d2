"""Shared by the scripts ``data/build_*.py``: outline, boundaries, population, institutions."""
