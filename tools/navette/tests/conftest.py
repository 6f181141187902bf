"""Stores of their own for the tests of backup and restore."""

from local_stack.fixtures import infra
from local_stack.stores import minio_store, seaweed_store

__all__ = ["infra", "minio_store", "seaweed_store"]
