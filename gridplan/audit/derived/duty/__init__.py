"""Who is responsible for whom, and what the band binds, read anew."""
