"""The tables of the first schema, by what they hold."""
