"""Residents: onto units of a size to plan with, to the person."""
