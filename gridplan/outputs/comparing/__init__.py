"""Plans of one district side by side: tables, maps, page, workbook, folder."""
