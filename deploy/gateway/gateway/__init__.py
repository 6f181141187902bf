"""The gateway: one table of public routes, rendered for Envoy on this machine and for Envoy Gateway in Kubernetes."""
