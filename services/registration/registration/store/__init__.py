"""What registration keeps, in SQL."""
