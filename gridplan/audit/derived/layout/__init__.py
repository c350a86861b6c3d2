"""The tables of a plan, put together anew from what it decided."""
