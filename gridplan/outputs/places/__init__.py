"""Where areas lie and who belongs to them, in the words of an official notice."""
