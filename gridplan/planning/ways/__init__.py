"""Ways of residents: metres and minutes, along lines, roads or links."""
