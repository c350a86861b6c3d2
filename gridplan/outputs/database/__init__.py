"""The plan as a spatial database (建库成果): File Geodatabase, GeoPackage, data dictionary."""
