"""The local seal PKI: authorities, seal key, CRLs, OCSP and an RFC 3161 time-stamping authority.

For development, tests and load runs only: its root is trusted by nobody, so seals made with it are technical seals.
"""
