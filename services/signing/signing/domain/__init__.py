"""What a seal promises, and the ports through which it is made."""
