"""Writes the file around the pages in one pass: PDF/A-3b (ISO 19005-3) with the XML and room for the seal."""
