"""A plan as tables: grids, centers, groups, choices, comparisons."""
