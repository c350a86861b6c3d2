"""Bounds: knapsacks with contiguity, a p-median over centers, minimum cuts, sifting."""
