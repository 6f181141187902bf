"""Backups of a whole site, and their restoration: one snapshot of all schemas, the topics, the objects."""
