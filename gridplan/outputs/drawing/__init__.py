"""What maps are drawn with: shapes, cells, labels, the legend, a page that works offline."""
