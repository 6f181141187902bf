"""What notifications decides, without any I/O."""
