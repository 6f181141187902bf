"""UBL 2.1 (ISO/IEC 19845): invoice and credit note, order, receipt advice."""
