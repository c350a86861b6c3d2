"""Coordinates and shapes: reference systems, lattices, neighbours, gaps."""
