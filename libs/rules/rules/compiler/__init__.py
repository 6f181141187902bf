"""Turns an official rule set (Schematron, compiled to XSLT by its publisher) into Python, or refuses the whole set.

stylesheet → tokens → parser → tree → passes (anchoring, sharing) → emitter → module, kept in a cache by digest.
"""
