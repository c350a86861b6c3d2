"""Figures of a plan for paper and notebook, drawn with matplotlib."""
