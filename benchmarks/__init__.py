"""Measurements on published instances; not part of the package."""
