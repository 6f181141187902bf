"""Documents in comma-separated values, for those whose software writes nothing else."""
