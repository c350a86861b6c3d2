"""The rooms behind ``data/build_guangming.py``: outline, boundaries, population, institutions."""
