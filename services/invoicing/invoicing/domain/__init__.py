"""What invoicing decides, without any input or output."""
