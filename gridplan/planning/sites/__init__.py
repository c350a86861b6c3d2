"""Sites that are generated: clusters of residents, and stations for thin places."""
