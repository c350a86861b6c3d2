"""Districts that serve one another across their border: joined to be planned, split to be told."""
