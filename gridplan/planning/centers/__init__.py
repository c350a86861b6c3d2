"""Community health centers: candidates, bands, aims, 1+N."""
