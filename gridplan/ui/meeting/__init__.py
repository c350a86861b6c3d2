"""A meeting over a plan: what is demanded, the answer with few changes, and what was said."""
