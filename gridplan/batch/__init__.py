"""Many districts, many scenarios: planned as tasks of their own, kept, and summed up."""
