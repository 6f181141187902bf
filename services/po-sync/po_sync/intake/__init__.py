"""Taking in what buyers send: one transaction from the document to the facts that follow from it."""
