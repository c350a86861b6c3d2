"""The books of a plan by name; nothing is loaded to name them."""

BOOKS = ("report", "text", "explanation", "tables", "request", "drafting", "opinions")
"""All in one; 文本; 说明书; 表册; 请示; 起草说明; 意见采纳情况表."""

SUBJECTS = ("site", "streets")
"""Of one center; of one street, or of each."""
