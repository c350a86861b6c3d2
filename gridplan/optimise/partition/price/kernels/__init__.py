"""Compiled steps of pricing: connected parts, their bound, subset-row cuts and their duals."""
