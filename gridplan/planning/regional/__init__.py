"""1+N: regional centers, the centers under each, and what is told of them."""
