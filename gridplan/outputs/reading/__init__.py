"""What comes back: written plans, drawn grids, lists of addresses."""
