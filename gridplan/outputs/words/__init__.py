"""Words for what the core computes in numbers and codes."""
