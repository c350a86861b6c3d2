"""Looking addresses up: one on the map, by coordinates or by name, or a list of them."""
