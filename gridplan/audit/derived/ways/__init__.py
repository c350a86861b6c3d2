"""How far it is: walks and drives, measured anew."""
