"""A real Envoy with the generated configuration, and stand-ins for what is behind it. For tests only."""
