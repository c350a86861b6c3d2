"""The unit graph: neighbours, sweeps, separators, links that would join it."""
