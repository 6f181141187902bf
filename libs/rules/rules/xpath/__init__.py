"""XPath 2.0 over documents, for compiled rules: the tree, and the functions as Saxon computes them."""
