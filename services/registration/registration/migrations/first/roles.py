"""The roles that the tables are granted to."""

from mesh import schema

SERVICE = "registration"
OWNER, API, PIPELINE = schema.roles(SERVICE)
