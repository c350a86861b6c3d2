"""Colours, fonts and styles of maps."""
