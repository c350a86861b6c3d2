"""Instances of Kong's benchmark as district folders."""
