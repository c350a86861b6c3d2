"""What a server needs that many share: who is there, what was done, whether it is well."""
