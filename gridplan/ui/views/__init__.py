"""A finished plan on the screen."""
