"""What po-sync decides, without any input or output."""
