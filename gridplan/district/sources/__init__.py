"""Files of any format, told from their bytes before they are opened -> rows and shapes."""
