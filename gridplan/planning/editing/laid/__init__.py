"""A district while it is edited: what stays, who belongs where, and the layout this makes."""
