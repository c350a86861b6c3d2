"""The sensitivity of a plan in words, as a page and as JSON."""
