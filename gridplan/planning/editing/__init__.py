"""A layout changed by hand: each edit gives a new one, with the figures and findings it turns."""
