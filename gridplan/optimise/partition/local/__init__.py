"""Heuristics: growth, construction, simulated annealing, large neighbourhoods, recombination."""
