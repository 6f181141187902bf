"""The local stack: Kafka, PostgreSQL, object store, gateway and the seven services as supervised processes."""
