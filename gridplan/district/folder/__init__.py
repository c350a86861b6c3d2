"""A district folder on disk: its manifest, its layers, how they are read and written."""
