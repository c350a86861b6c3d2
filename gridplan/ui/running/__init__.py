"""A plan under way: jobs, their queue, their results."""
