"""A layout: what is where, who is with whom, and how good it is proven to be."""
