"""The compiled rules against the official stylesheets: documents, one change each, and the same answer of both."""
