"""Partitions whose centers are chosen too, or that have none."""
