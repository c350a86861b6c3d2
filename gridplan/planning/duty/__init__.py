"""Who is responsible for whom: how the band is read, whose own a resident is, pieces and splits."""
