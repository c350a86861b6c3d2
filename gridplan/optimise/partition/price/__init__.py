"""Column generation over connected parts, branch and price, and the answers found on the way."""
