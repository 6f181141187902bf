"""What registration decides, without any adapter."""
