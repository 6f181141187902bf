"""Business documents, pure: EN 16931 invoice, order, receipt advice; their readers and writers per syntax."""
