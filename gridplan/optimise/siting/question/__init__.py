"""A siting question: from the arguments of a caller to arrays, every one checked."""
