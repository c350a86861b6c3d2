"""What a plan comes to, derived from the district's files, the decisions and the rules alone."""
