"""UN/CEFACT Cross Industry Invoice, D16B and D22B: one writer and one reader, as their namespaces are the same."""
