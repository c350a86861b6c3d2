"""Places: where rows lie, areas that tile, institutions."""
