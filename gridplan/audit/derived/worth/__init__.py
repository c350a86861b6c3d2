"""What is summed over the whole plan: objectives, access, cuts, alternatives."""
