"""The models of the literature, one function each."""
