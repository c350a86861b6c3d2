"""Forms: a workbook for each street to fill in, and what comes back."""
