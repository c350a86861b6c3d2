"""Grids: cut, drawn, mended, compared."""
