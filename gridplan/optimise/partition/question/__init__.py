"""A partition problem: from the arguments of a caller to arrays, every one checked."""
