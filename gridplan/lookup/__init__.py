"""Where an address belongs: unit, center, grid, lead."""
