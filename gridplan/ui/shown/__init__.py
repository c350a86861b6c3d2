"""Text on the screen: language, literal text, words."""
