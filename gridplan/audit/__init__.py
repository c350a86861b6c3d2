"""The audit: written files are read again and worked out anew."""
