"""The parts of the Kubernetes manifests that follow from the contracts: topics, principals, database roles, scaling."""
