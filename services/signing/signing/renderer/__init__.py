"""Readable originals: the page by typst, PDF/A-3b and Factur-X by pikepdf."""
