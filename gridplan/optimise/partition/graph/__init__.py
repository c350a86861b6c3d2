"""The unit graph: pieces, walks, separators, links that would join it."""
