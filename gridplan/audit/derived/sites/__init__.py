"""Where a center may stand, and how many residents it may serve."""
