"""Scenarios that are kept, beside each other: figures, maps, what differs, a front."""
