"""What a district folder may hold: layers, fields, labels, words."""
