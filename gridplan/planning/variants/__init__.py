"""Variants of a plan: what else could be decided, tried before it is said."""
