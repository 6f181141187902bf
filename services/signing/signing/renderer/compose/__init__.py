"""From the EN 16931 invoice to what stands on its page. Every term the invoice holds gets a place."""
