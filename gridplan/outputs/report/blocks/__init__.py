"""What chapters are built of: headings, paragraphs, maps, tables that several books share."""
