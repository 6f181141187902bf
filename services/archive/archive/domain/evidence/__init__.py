"""Evidence that outlives algorithms and certificates: RFC 4998 evidence records over batches; pure."""
