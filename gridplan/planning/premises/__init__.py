"""The premises of centers: what they cost and hold, whether they can be had, and the budget."""
