"""What the rows of a scenario ask of the grids, found anew."""
