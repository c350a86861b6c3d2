"""Heuristics: annealing, interchange, swaps, regions, greedy starts."""
