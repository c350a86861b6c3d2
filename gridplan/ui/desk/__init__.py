"""The map one works on: drawn in the page, with its tools."""
